"""Tell channels what happened here: write it down first, call, note the answer; never twice."""
