"""What we measure ourselves against."""

# How the processes of the usual stack are told where things are.
DATABASE = "USUAL_DATABASE_URL"
KEYS = "USUAL_KEYS"
UPSTREAM = "USUAL_UPSTREAM"
ANSWER = "RAW_ANSWER"
