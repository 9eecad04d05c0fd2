"""Every number that we promise, in one place. Imports nothing."""

# The vendor page: POST /google/v1/text-synthesize, "Body Params", 2025-06-18.
PITCH = (-20.0, 20.0)  # semitones
RATE = (0.25, 2.0)  # factor; 0.0 stands for "the voice's own" and is never sent
# Google's text-to-speech proto (v1beta1), AudioConfig.volume_gain_db.
GAIN = (-96.0, 16.0)  # dB

# The vendor page, effectsProfileId: the eight device classes, in its order.
EFFECTS = (
    "wearable-class-device",
    "handset-class-device",
    "headphone-class-device",
    "small-bluetooth-speaker-class-device",
    "medium-bluetooth-speaker-class-device",
    "large-home-entertainment-class-device",
    "large-automotive-class-device",
    "telephony-class-application",
)

SAMPLE_RATE = (4_000, 192_000)  # Hz; each encoding narrows it
BIT_RATE = (6_000, 510_000)  # bit/s: the ends of Opus (RFC 6716, 2.1.1); each encoding narrows it
CHANNELS = (1, 2)

# Files of a project, in bytes.
FILE_BYTES = 1_000_000
PROMPT_LIST_BYTES = 64_000_000
PLAN_BYTES = 512_000_000  # of a saved plan
YAML_DEPTH = 32
SERIES_LENGTH = 10_000  # prompts that one `each` may stand for
PROMPTS = 200_000

# SSML documents.
SSML_BYTES = 1_000_000
SSML_DEPTH = 64
SSML_ELEMENTS = 10_000
BREAK_SECONDS = 60.0

# Templates.
RENDER_BYTES = 1_000_000
RENDER_SECONDS = 2.0
RENDER_MEMORY = 256 * 2**20  # bytes that the process for foreign templates may take above its start
TEMPLATE_DIGITS = 400  # in a row
RENDER_BUILT = 32_000_000  # characters that one render may put together on its way
VALUE_BITS = 4_096  # of a whole number among a template's values
TEMPLATE_TOKENS = 20_000  # words and signs between a template's braces
INCLUDE_DEPTH = 32

# Ids and file names.
ID_LENGTH = 200  # characters of a whole id
SEGMENT_LENGTH = 120  # characters of one segment

# The wire.
DEADLINE = 60.0  # seconds for one request, retries and body included
ATTEMPTS = 3
BACKOFF = (0.5, 8.0)  # seconds: the first ceiling of the full jitter, and its cap
RETRY_AFTER = 60.0  # seconds: a longer wish is cut to this
REPLY_BYTES = 64_000_000
REPLY_PARTS = (
    100_000  # braces, brackets and commas of an answer in JSON: three for each mark of 10,000, and more
)
REDIRECTS = 3
CONCURRENCY = 8
TASK_DEADLINE = 600.0  # seconds for one request that the vendor answers in its own time, waiting included
TASK_PAUSES = (
    0.5,
    1.5,
    5.0,
)  # between two questions after a task: the first in seconds, its growth, the longest

# The store that several machines share.
REMOTE_SECONDS = 30.0  # for one file there, retries included
REMOTE_FAILURES = 3  # in a row, after which it is left alone for the rest of the run
REMOTE_CONCURRENCY = 16  # questions to it at once

# The local server.
REQUEST_BYTES = 1_000_000
SPEECH_SECONDS = 900.0  # the most audio one request may become
FILE_SECONDS = 3_600.0  # the longest sound that is read, such as a file of many pieces
SPEECH_CHARACTERS = 20_000
KEPT_LINKS = 256
KEPT_TASKS = 256

# Sound.
NATURAL_RATE = 24_000  # Hz: what the embedded voices answer with when nobody says
SILENCE_DBFS = -70.0  # a file that never rises above this is silent
SPEECH_PER_CHARACTER = (
    4.0  # seconds that one character of a request may last, markup counted: four times a slow digit
)
SPEECH_ALLOWANCE = 10.0  # seconds that any request may last on top
