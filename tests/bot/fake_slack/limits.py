"""Slack's limits, as numbers: what a payload may hold at most.

Known from docs.slack.dev/reference (block-kit, views, methods), from slack_sdk's own checks and from Slack's issue
trackers; where these differ the strictest stands here, so that what passes here passes there.
"""

# Messages
MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 40_000
UPDATED_TEXT = 4_000
# Not documented: between 11,300 and 13,200 letters over all blocks were refused (slackapi/bolt-js 2509 and 2867).
MESSAGE_LETTERS = 11_000
TABLES = 1
TABLE_ROWS = 100
DATA_TABLE_ROWS = 101
COLUMNS = 20
CELL_LETTERS = 10_000
PAGE_SIZE = 100
CHARTS = 2
MARKDOWN = 12_000

# Views
VIEW_BLOCKS = 100
VIEW_TITLE = 24
VIEW_BUTTON = 24
VIEW_BYTES = 250_000
VIEW_DEPTH = 3
PRIVATE_METADATA = 3_000
IDENTIFIER = 255

# Blocks
TEXT = 3_000
HEADER = 150
FIELDS = 10
FIELD = 2_000
CONTEXT_ELEMENTS = 10
CONTEXT_TEXT = 2_000
ACTIONS = 25
INPUT_LABEL = 2_000
ALERT = 200
CONTAINER_TITLE = 150
CONTAINER_BLOCKS = 10
IMAGE_TITLE = 2_000
ALT_TEXT = 2_000
URL = 3_000

# Elements and what they are made of
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
LABEL_FOR_READERS = 75
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
OPTION_GROUPS = 100
GROUP_LABEL = 75
CHOICES = 10
OVERFLOW_OPTIONS = 5
PLACEHOLDER = 150
INPUT_LENGTH = 3_000
FILES = 10
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

# Interactions
TRIGGER_SECONDS = 3
ACKNOWLEDGE_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5
SIGNATURE_SECONDS = 5 * 60

# Commands (manifest)
COMMAND = 32
