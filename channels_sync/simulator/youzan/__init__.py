"""Youzan: a token in the query and no signature, yuan as text or number, a search that lags."""
