"""Change the keys of personal data: seal and index what is stored under the newest ones."""
