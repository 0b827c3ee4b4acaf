"""Times and sizes that operators do not set."""

# Answers ------------------------------------------------------------------------------------------------------------

SWEEP_SECONDS = 0.8
"""The interval between two sweeps: a second, with a margin."""

PURGE_SECONDS = 60.0
"""The interval between two purges; expired rows of sign-ins and calls are purged in one of 60."""

CHECKPOINT_TAIL_LENGTH = 64 * 1024
"""Code points of a tail; beyond them, the whole text is saved: doing that each time writes gigabytes for one answer."""

ENDING_RETRY_SECONDS = 0.5
ENDING_STORE_SECONDS = 3.0
"""The time that a stopping worker has to store endings. Endings that it cannot store, because the database is down, are
left to another worker or the next start."""

LOG_PROBE_SECONDS = 2.0
"""How often Redis is asked for the log of an answer that has been silent: without it, a takeover would be a reset."""

TAKEOVER_PAUSE_ALONE_SECONDS = 5.0
"""The interval between two searches for orphans of a worker without others, which can find only its own."""

COMPLETION_BEGIN_SECONDS = 10.0
"""The time within which a streamed response must begin: Django loses one, and never closes it, if its client
disconnects while it is on its way through the middleware."""

# Models -------------------------------------------------------------------------------------------------------------

USAGE_WAIT_SECONDS = 2.0
"""The wait for the usage, which comes after the finish reason."""

WAITING_REPORT_SECONDS = 5.0
"""The least time between two reports of a wait."""

MODEL_DISCOVERY_SECONDS = 0.5
"""The time in which a model service on this machine must list its models. A start waits as long for all lists."""

MODEL_SERVICE_LOOK_SECONDS = 0.8
"""The interval between two reads of model services that another worker may have changed."""

# Attachments --------------------------------------------------------------------------------------------------------

ATTACHMENT_WAIT_SECONDS = 30.0
ATTACHMENT_READ_SECONDS = 20.0
ATTACHMENT_IDLE_READ_SECONDS = 4.0
"""The time in which an ordinary file is read if the machine has time to spare."""

ATTACHMENT_PURGE_SECONDS = 600.0

PROMPT_IMAGE_BYTES = 24 * 1024 * 1024
"""The limit beyond which a model sees no images of older questions: they are a third larger as base64, and OpenAI
accepts requests of at most 50 MB."""

# Connections and requests -------------------------------------------------------------------------------------------

CONNECTION_REFUSAL_SECONDS = 1.0
"""How long a client without a slot has to read the reason."""

LINGER_SECONDS = 5.0
"""How long a connection that is about to end drops what its client sends."""

MAX_DROPPED_BYTES = 64 * 1024 * 1024
"""The most that is read from a lingering connection, to be dropped."""

REQUEST_WAIT_SECONDS = 10.0
REQUEST_REFUSAL_SECONDS = 1.0
"""How long a refusal takes: a client that repeats refused requests would get thousands of refusals per second."""

REQUEST_REFUSAL_RATE = "20/1"
"""How often one caller is refused by other limits; further refusals are delayed."""

NETWORKS_REFUSAL_RATE = "50/1"
"""How often all client networks together are refused without delay."""

REQUEST_REFUSAL_WAIT_SECONDS = 10.0
"""The longest delay of a caller's refusals; beyond it, the connection is closed."""

REQUEST_SLOT_SECONDS = 0.5
"""How long a request waits for an ordinary slot, before it may take an extra one: the requests that hold the ordinary
slots are probably waiting for a store."""

ARRIVING_BYTES = 128 * 1024 * 1024
ARRIVING_BYTES_PER_CALLER = 16 * 1024 * 1024
"""Four of the largest bodies, 64 of usual ones; a body that never arrives takes almost nothing."""

PASSWORD_CHECK_WAIT_SECONDS = 0.8
"""Seconds that a caller waits for the slot of a password check."""

SEARCH_WAIT_SECONDS = 5.0
"""Seconds that a search waits for others of the same user."""

SEARCH_MAX_COUNTED = 200
"""Hits that are counted for the first pages of a list."""

SEARCH_MIN_SAMPLED = 5
SEARCH_FREQUENT_SHARE = 0.75
"""A word is frequent if at least this share of the sampled conversations has it. With fewer conversations than
`SEARCH_MIN_SAMPLED`, no word is."""

# Stores -------------------------------------------------------------------------------------------------------------

HEALTH_CHECK_SECONDS = 2.0
"""A store that takes longer counts as down."""

LOCK_TIMEOUT = "20s"
"""The longest wait for a lock of PostgreSQL, as of SQLite (stores.py). It ends as an outage: the caller may try
again."""

OUTAGE_REPEAT_SECONDS = 60.0
"""The time within which the log has only one of several equal lines about an outage."""
