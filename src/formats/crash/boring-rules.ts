import { isAny, pattern, startsWithAny } from '#formats/text/pattern.ts'

/**
 * Frames that tell nothing about a fault because they stand in every trace: by name, by the form
 * of the symbol, or by the file. The names are those of the runtimes' own sources and symbols.
 */
export type BoringRule = {
  readonly name: string
  readonly names: ReadonlySet<string>
  readonly symbols: readonly RegExp[]
  readonly files: readonly RegExp[]
}

type RuleText = { names?: string; symbols?: readonly RegExp[]; files?: readonly RegExp[] }

const rule = (name: string, { names = '', symbols = [], files = [] }: RuleText): BoringRule => ({
  name,
  names: new Set(names.split(/\s+/).filter(Boolean)),
  symbols,
  files,
})

const raw = String.raw

export const rules: readonly BoringRule[] = [
  rule('sanitizer runtime', {
    names: 'asan_thread_start SigTramp __cfi_slowpath Unwind',
    symbols: [
      pattern(
        raw`^_{1,3}(?:asan|hwasan|msan|tsan|ubsan|lsan|sanitizer|dfsan|memprof|cfi|xray)`,
        raw`(?:_|::)`,
      ),
      startsWithAny(raw`_{0,2}(?:hw)?asan_`, '_{2,3}interceptor_', 'interceptor_', '__wrap_'),
      startsWithAny('wrap_', '__local_', 'lsan::', 'scudo'),
    ],
    files: [
      /compiler-rt\/(?:lib|include)\/|sanitizer_common|libclang_rt\./,
      /\/(?:lib)?(?:asan|msan|tsan|ubsan)(?:\.so|_rtl)/,
    ],
  }),
  rule('memory allocator', {
    names:
      'xmalloc xcalloc xrealloc xstrdup xzalloc malloc_usable_size mallinfo reallocarray ' +
      'posix_memalign SkMallocPixelRef _Znam _Znwm _ZdlPv _ZdaPv __libcpp_allocate cfree',
    symbols: [
      isAny(
        raw`(?:__libc_|__GI___libc_|je_|tc_|mi_)?(?:malloc|calloc|realloc|free|memalign)\d?`,
        raw`operator (?:new|delete)(?:\[\])?`,
        raw`_int_(?:malloc|free|realloc)|malloc_(?:consolidate|printerr)`,
        raw`g_(?:malloc|realloc|free|try_malloc|slice_alloc)0?|png_malloc\w*`,
        raw`(?:WTF::)?(?:Partition|fast)(?:Alloc|Malloc|Free|Zeroed)\w*`,
        raw`std::.{0,60}allocator<.{0,400}>::(?:de)?allocate`,
      ),
    ],
  }),
  rule('memory and string functions of libc', {
    names:
      'bcmp bcopy bzero printf fprintf sprintf snprintf vprintf vfprintf vsprintf vsnprintf ' +
      'asprintf vasprintf scanf fscanf sscanf vscanf vsscanf printf_common scanf_common',
    symbols: [
      pattern(
        raw`^_{0,2}(?:GI_|aeabi_)?(?:w?mem(?:cpy|move|set|cmp|r?chr|ccpy|mem|pcpy|clr)\d?`,
        raw`|(?:str|wcs|stp)(?:n?cpy|n?cat|n?len|n?cmp|n?casecmp|r?chr|str|casestr|c?spn|pbrk|tok`,
        raw`|n?dup|sep|coll|lcpy|lcat|ftime|to\w{1,4}))`,
        raw`(?:_{1,3}(?:chk|s?sse\d\w*|avx\w*|evex\w*|erms|unaligned\w*`,
        raw`|aarch64\w*|generic|neon))*$`,
      ),
      /^_IO_v?f?\w{0,12}printf\w*$/,
    ],
  }),
  rule('abort and signals of libc', {
    names:
      'tgkill kill killpg _sigtramp abort_message _objc_terminate terminate exit _exit ' +
      '__run_exit_handlers __restore_rt __kernel_rt_sigreturn __kernel_vsyscall ' +
      '__libc_android_abort __libc_message __libc_fatal __cxa_throw __cxa_rethrow __cxa_bad_cast ' +
      '__cxa_pure_virtual __cxa_call_unexpected std::terminate std::__terminate std::unexpected ' +
      'OPENSSL_die CRYPTO_die',
    symbols: [
      isAny(
        raw`_{0,2}(?:GI_|libc_)?(?:abort|raise|gsignal)`,
        raw`_{0,3}pthread_kill(?:_implementation|_internal)?`,
        raw`_{0,2}fortify_(?:fail|fatal)\w*|_{0,2}stack_chk_fail\w*`,
        raw`_{0,3}(?:GI___)?assert(?:2|_rtn|_fail|_fail_base|_perror_fail)?`,
        raw`demangling_\w*terminate_handler|_Unwind_\w{1,30}|std::__throw_\w+`,
        raw`std::_{1,2}\w{0,4}::_{0,2}throw_\w+|__cxxabiv1::.{1,60}|<signal handler called>`,
      ),
    ],
    files: [/\/e?glibc-[\w.]{1,20}\//],
  }),
  rule('assertion and fatal log machinery', {
    names:
      'g_log g_logv g_return_if_fail_warning backtrace crashIntentionally CRASH Die ' +
      'sk_abort_no_print SkAbort_FileLine __CHECK_FAILED LogMessageFatal fatal_error ' +
      'v8::Utils::ReportOOMFailure ' +
      'v8::Utils::ReportApiFailure v8::api_internal::ToLocalEmpty v8::internal::ReportOOMFailure ' +
      'v8::internal::V8::FatalProcessOutOfMemory v8::internal::Isolate::PushStackTraceAndDie ' +
      'v8::internal::Isolate::PushParamsAndDie v8::internal::Heap::FatalProcessOutOfMemory ' +
      'blink::ReportV8FatalError base::ImmediateCrash DefaultDcheckHandler',
    symbols: [
      isAny(
        raw`g_assertion_message\w*|g_?_log_\w+|V8_(?:Fatal|Dcheck)\w*|fx_logger\w*(?:::\w+)?`,
        raw`(?:\w+::){1,4}~?(?:Log|CheckLog)Message(?:Fatal)?(?:::.{0,80})?`,
        raw`(?:\w+::){1,4}~?(?:Check(?:Noreturn)?Error|NotReached\w*Error|DCheck\w*)(?:::.{0,80})?`,
        raw`absl::(?:\w+::)?(?:log_internal|raw_\w+|base_internal).{0,80}`,
        raw`absl::cleanup_internal::.{0,200}|absl::Cleanup<.{0,200}`,
        raw`android::\w{0,10}_?assert\w*|__android_log_(?:assert|write|default)\w*`,
        raw`base::debug::.{1,60}|base::(?:internal::)?(?:OnNoMemory|TerminateBecause)\w*`,
        raw`v8::base::(?:debug::.{1,60}|OS::(?:Abort|DebugBreak)|FatalOOM|\w*Fatal\w*)`,
        raw`(?:\w+::)*(?:\w*BreakIntoDebugger|DebugBreak)|v8::platform::.{0,60}PrintStackTrace`,
        raw`v8::internal::(?:__RT_impl_)?Runtime_Abort\w*|v8::internal::.{0,40}Abort(?:JS)?`,
        raw`WTF(?:Crash|ReportBacktrace|ReportAssertionFailure|PrintBacktrace|CrashWith\w*)\w*`,
        raw`rtc::(?:FatalMessage|webrtc_checks_impl::).{0,80}`,
      ),
    ],
    files: [
      /(?:^|\/)base\/(?:logging|check|notreached|immediate_crash)\.(?:cc|h)$|(?:^|\/)base\/debug\//,
      /absl\/log\/internal\/|absl\/base\/internal\/raw_logging/,
    ],
  }),
  rule('C++ standard library', {
    names: 'operator() __invoke __libcpp_verbose_abort',
    symbols: [
      startsWithAny('WTF::'),
      /^std::(?:__\w{1,4}::)?(?:forward|move|invoke|__invoke\w*|addressof|swap)(?:<|$)/,
    ],
    files: [
      /(?:^|\/)(?:libcxx|libc\+\+|libcxxabi|libstdc\+\+)\/|\/include\/c\+\+\/|crtstuff/,
      /\/bits\/(?:stl_|std_|move|invoke|basic_string|unique_ptr|shared_ptr)/,
    ],
  }),
  rule('fuzzing engine', {
    names:
      '_start CrashTrampolineAsm StaticCrashHandler ExecuteFilesOnyByOne RunOneTest ' +
      'RUN_ALL_TESTS GetFuzzTest CallFixture HandleExceptionsInMethodIfSupported ' +
      'rust_fuzzer_test_input ' +
      'rust_fuzzer_initialize',
    symbols: [
      startsWithAny('fuzzer::', 'fuzzing::', 'fuzztest::', 'centipede::', 'testing::', 'gtest'),
      startsWithAny('LLVMFuzzer(?:RunDriver|Initialize|CustomMutator|Mutate)', 'Honggfuzz', 'HF_'),
      startsWithAny('_{0,2}afl_', 'hfuzz', 'libfuzzer_sys::', 'com.code_intelligence.jazzer.'),
      startsWithAny('HandleS?ehExceptionsInMethod', 'HandleExceptionsInMethod'),
    ],
    files: [
      /(?:^|\/)(?:libhfuzz|googletest|aflplusplus|afl-fuzz)\/|afl_driver|\/libfuzzer-sys-/,
      /\/(?:fuzztest|centipede)\/(?:internal\/)?\w+\.(?:cc|h)$/,
      /\/lib\/[Ff]uzzer\/|\/Fuzzer[A-Z]\w+\.(?:cpp|h|def)$/,
    ],
  }),
  rule('start of a process or thread', {
    names:
      'main wmain WinMain wWinMain start _start start_main start_thread clone clone3 __clone ' +
      '__clone3 __bionic_clone __start_thread __pthread_start _pthread_start _pthread_body ' +
      'thread_start mainCRTStartup wmainCRTStartup invoke_main BaseThreadInitThunk ' +
      'RtlInitializeExceptionChain RaiseException _CxxThrowException ' +
      'android::Thread::_threadLoop android::AndroidRuntime::start ' +
      'libc_start_main_stage2 generic_start_main',
    symbols: [
      isAny(
        raw`_{0,2}libc_start_(?:main|call_main)\w*|_{0,2}pthread_create\w*|_{0,2}t?mainCRTStartup`,
        raw`__scrt_common_main\w*|_{0,3}RtlUserThreadStart|KiUserExceptionDispatch\w*`,
        raw`RtlRaise\w*|NtRaise\w*|art::.{1,60}|dyld\w*|__tmainCRTStart`,
      ),
    ],
  }),
  rule('reporting of kernel faults', {
    names:
      'dump_stack __dump_stack dump_stack_lvl dump_backtrace panic nmi_panic oops_end die __die ' +
      'no_context do_user_addr_fault handle_bug fixup_exception report_bug bug_handler _etext ' +
      'etext page_fault general_protection invalid_op async_page_fault error_entry ' +
      'common_interrupt kthread check_region_inline check_bytes_and_report __dabt_svc ' +
      'trusty_app_exit app_mgr lk.elf print_report',
    symbols: [
      startsWithAny(
        'show_stack',
        'print_address_description',
        '_{0,2}kasan_',
        '__asan_(?:re|st|lo)',
        'check_memory_region',
        '_{0,2}kmsan_',
        '_{0,2}kcsan_',
        '__[mt]san_',
        '__?ubsan_',
        'die_',
        '__die_',
        '_{0,2}bad_area',
        '__do_(?:user|kernel|page)_fault',
        'do_(?:page|translation|mem|error)_(?:fault|abort|trap)',
        'do_(?:trap|bad_area|invalid_op|general_protection|DataAbort|PrefetchAbort)',
        'exc_',
        'asm_(?:exc|sysvec|common)_',
        'handle_(?:invalid_op|exception)',
        '__warn',
        'warn_slowpath',
        raw`el[01]t?_?\d*\w*(?:sync|irq|da|svc|dbg)`,
        'entry_SYSCALL',
        'ret_from_',
        'arch_(?:stack_walk|dump)',
        'stack_trace_',
        'save_stack',
        'set_track',
        'instrument_',
        'unwind_',
        'arm64_sync_exc',
      ),
    ],
  }),
  rule('runtime of Go', {
    names: 'panic goexit main.main main.fuzzer_run',
    symbols: [
      /^runtime\.(?!Fuzz)/,
      startsWithAny('testing\\.', 'reflect\\.Value\\.[Cc]all', 'main\\.LLVMFuzzer'),
      startsWithAny('(?:main\\.)?_cgoexpwrap', 'crosscall', 'go-fuzz-dep\\.', 'fuzzer\\.main'),
    ],
    files: [/(?:^|\/)go\/src\/runtime\//],
  }),
  rule('runtime of Rust', {
    symbols: [
      pattern(
        raw`^<?(?:std|core|alloc)::(?:panicking|panic|rt|sys(?:_common)?|process|thread`,
        raw`|backtrace\w*|result::unwrap_failed|option::(?:expect|unwrap)_failed|ops::function`,
        raw`|alloc|fmt|io`,
        raw`|str::slice_error_fail|slice::index|cell::panic\w*|intrinsics)\b`,
      ),
      startsWithAny('rust_(?:begin_unwind|panic|oom)', '_{1,2}rust_', '__rg_', 'std\\.\\.'),
      startsWithAny(raw`_\$LT\$(?:alloc|core|std)\b`),
      /^(?:alloc|core|std)::.{0,200}(?:unwrap_failed|expect_failed|handle_alloc_error|closure)/,
    ],
    files: [/^\/?rustc\/|(?:^|\/)rustlib\/src\/rust\/|(?:^|\/)src\/(?:libstd|libcore|liballoc)\//],
  }),
  rule('runtimes of other languages', {
    names: 'abort_with_issue processTicksAndRejections dalvik.system.NativeStart',
    symbols: [
      startsWithAny('java\\.lang\\.(?:Thread\\.run|reflect\\.|Object\\.wait)'),
      startsWithAny(
        'jdk\\.internal\\.reflect\\.',
        'sun\\.reflect\\.',
        'org\\.junit\\.',
        'junit\\.',
      ),
      startsWithAny('com\\.android\\.internal\\.os\\.(?:ZygoteInit|RuntimeInit)'),
      startsWithAny('System\\.(?:ThrowHelper|Runtime\\.ExceptionServices)'),
      startsWithAny('System\\.Threading\\.ExecutionContext', 'Module\\._(?:compile|load|extens)'),
      startsWithAny('node:internal'),
    ],
    files: [/^node:|(?:^|\/)node_modules\/@jazzer\.js\/|^internal\/(?:modules|process|timers)\//],
  }),
]
