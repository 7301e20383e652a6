/** A kind of flaw, with the sentences that invented reports are put together from. */
export type Flaw = {
  readonly cwe: number
  readonly weakness: string
  /** `%f` stands for the function, `%p` for the package, `%v` for the version. */
  readonly titles: readonly [string, ...string[]]
  readonly causes: readonly [string, ...string[]]
  readonly effects: readonly [string, ...string[]]
  readonly proof: string
  readonly crash?: string
}

export const flaws: readonly [Flaw, ...Flaw[]] = [
  {
    cwe: 787,
    weakness: 'Out-of-bounds write',
    titles: [
      'Heap overflow in `%f` when a chunk length is negative',
      '%p writes past the row buffer in %f',
      'Out-of-bounds write while unpacking a tile (%f)',
    ],
    causes: [
      'The length is read as a signed number and checked before it is widened: -1 passes `%f`.',
      '`%f` trusts the row count of the header and never compares it with the buffer it was given.',
    ],
    effects: [
      'Whoever supplies the file controls both the offset and the bytes that are written.',
      'With the default allocator the write lands on the function table of the next object.',
    ],
    proof: 'printf "KST1\\xff\\xff\\xff\\xff" > tile.bin\n./viewer tile.bin',
    crash: 'heap-buffer-overflow',
  },
  {
    cwe: 89,
    weakness: 'SQL injection',
    titles: [
      'SQL injection through the `sort` parameter of the orders list',
      'Unescaped column name in %f lets a reader run SQL',
    ],
    causes: [
      '`%f` joins the column name into the statement instead of looking it up in a list.',
      'The value of `sort` reaches `%f` without a check and is placed after ORDER BY.',
    ],
    effects: [
      'A signed-in reader can read every table that the service account can read.',
      'Time-based extraction of the password table took eleven minutes in our test.',
    ],
    proof: "curl 'http://localhost:8080/orders?sort=(select+pg_sleep(3))'",
  },
  {
    cwe: 22,
    weakness: 'Path traversal',
    titles: [
      'Archive entries with `..` are written outside the target folder',
      '%p: path traversal in %f during restore',
    ],
    causes: [
      '`%f` joins the entry name to the target folder and does not look where that leads.',
      'The check for `..` in `%f` runs before percent decoding.',
    ],
    effects: [
      'Restoring a prepared backup replaces files of the account that runs the restore.',
      'A prepared archive can place a start-up script in the home folder.',
    ],
    proof: "import zipfile\nz = zipfile.ZipFile('backup.zip', 'w')\nz.writestr('../../x', '')",
  },
  {
    cwe: 416,
    weakness: 'Use after free',
    titles: [
      'Session object is used after `%f` released it',
      'Use after free in %f when two streams close at once',
    ],
    causes: [
      'The timer keeps its pointer to the session while `%f` frees it on the error path.',
      '`%f` drops the last reference and then logs the name of the stream.',
    ],
    effects: [
      'A remote peer crashes the worker; with heap grooming the freed slot holds its bytes.',
      'The worker restarts, and every open connection is lost.',
    ],
    proof: 'for i in $(seq 200); do ./close-race 127.0.0.1 4433 & done',
    crash: 'heap-use-after-free',
  },
  {
    cwe: 79,
    weakness: 'Cross-site scripting',
    titles: ['Stored script in the display name', 'Cross-site scripting in %f through file names'],
    causes: [
      '`%f` sets the name as markup, because the template marks it as safe.',
      'File names are escaped when listed, but `%f` builds the preview from the raw name.',
    ],
    effects: [
      'An invited guest runs script in the page of an administrator.',
      'The session cookie is readable, so the account can be taken over.',
    ],
    proof: '<img src=x onerror="alert(document.domain)">',
  },
  {
    cwe: 347,
    weakness: 'Improper verification of a signature',
    titles: [
      'Update is installed although its signature covers only the manifest',
      '%f accepts a token whose algorithm is none',
    ],
    causes: [
      '`%f` verifies the manifest and then reads the payload from the unverified side.',
      'The algorithm is taken from the token itself, and `%f` has no list of allowed ones.',
    ],
    effects: [
      'Anyone on the path of the download can replace the payload.',
      'Any account can be signed in to without its password.',
    ],
    proof: '{"alg":"none","typ":"JWT"}.{"sub":"admin"}.',
  },
  {
    cwe: 400,
    weakness: 'Uncontrolled resource consumption',
    titles: [
      'Nested lists make %f take quadratic time',
      'A 2 kB header keeps one core busy for 40 seconds in %p',
    ],
    causes: [
      'For each closing bracket `%f` scans back to the start of the document.',
      'The pattern in `%f` backtracks over every run of spaces.',
    ],
    effects: [
      'Forty requests stop a server of eight cores.',
      'The queue behind the parser stands still and health checks fail.',
    ],
    proof: "node -e \"require('%p').parse('['.repeat(5e4))\"",
  },
]

export const packages: readonly [string, ...string[]] = [
  'kestrel-http',
  'lumen-parse',
  'tidewater',
  'orrery',
  'sprocket-auth',
  'quillbase',
  'marmot-zip',
  'hearthd',
  'papyrus-pdf',
  'saltmarsh',
  'brindle-image',
  'copperline',
  'fenwick-queue',
  'gantry',
  'isinglass',
  'junco-template',
  'larkspur',
]
export const ecosystems: readonly [string, ...string[]] = [
  'npm',
  'PyPI',
  'Go',
  'crates.io',
  'Maven',
]

export const functions: readonly [string, ...string[]] = [
  'read_chunk',
  'parseHeader',
  'session_close',
  'applyPatch',
  'render_row',
  'unpackEntry',
  'verify_manifest',
  'orderBy',
  'decodeTile',
  'flush_stream',
  'expandMacro',
]

export const folders: readonly [string, ...string[]] = [
  'src',
  'lib',
  'core/io',
  'server/http',
  'ui',
]

export const finders: readonly [string, ...string[]] = [
  'Heron Lab',
  'Basalt Research',
  'A. Okonkwo',
  'Ines Duarte',
  'nightjar-agent',
  'Tarn Security',
  'Lund coordination team',
  'Yuki Arai',
  'M. Petrović',
]

export const tools: readonly [string, ...string[]] = ['glasswort', 'sandpiper', 'lodestar-scan']

export const formats: readonly [string, ...string[]] = [
  'sarif',
  'tap',
  'osv',
  'markdown',
  'defectdojo',
]
