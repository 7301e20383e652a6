const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean)

/** Frames that ClusterFuzz's convention passes over: those that are called exactly this. */
const names = new Set(
  words(`exit pthread_create raise tgkill __chk_fail __fortify_fail <unknown> [vdso] panic`),
)

/** Those that begin so: C library, sanitizers, allocators, runtimes of languages, engines. */
const starts = words(`
  aeabi_ __aeabi_ memcmp __memcmp memcpy __memcpy memmove __memmove memset __memset strcmp
  __strcmp strcpy __strcpy strdup __strdup strlen __strlen strncpy __strncpy <null> Abort(
  CFCrash ExitCallback IsSandboxedProcess LLVMFuzzerTestOneInput MSanAtExitWrapper New
  RaiseException SbSystemBreakIntoDebugger SignalAction SignalHandler TestOneProtoInput WTF::
  X11Error _L_unlock_ _$LT$ __GI_ ___interceptor_backtrace __asan:: __asan_ __assert_ __cxa_
  __dump_stack __hwasan __interceptor_ __kasan_ __libc_ __lsan __msan __pthread_kill
  pthread_kill __run_exit_handlers __rust_try __sanitizer __tsan __ubsan _asan_ _hwasan_ _lsan_
  _msan_ _objc_terminate _sanitizer_ _start _tsan_ _ubsan_ abort WTFCrash alloc::
  android.app.ActivityManagerProxy. android.os.Parcel. art::Thread::CreateNativeThread asan_
  asan.module_ calloc check_memory_region common_exit core::fmt::write delete
  demangling_terminate_handler dump_backtrace dump_stack exit_or_terminate_process fpehandler(
  free fuzzer:: g_log generic_cpp_ gsignal kasan_ libfuzzer_sys::initialize main malloc
  mozalloc_ new object_err operator panic_abort:: print_trailer realloc rust_begin_unwind
  rust_fuzzer_test_input rust_oom rust_panic scanf show_stack core::panic std::__terminate
  std::io::Write::write_fmt std::panic std::process::abort std::sys::unix::abort
  std::sys::backtrace std::sys_common::backtrace __rust_start_panic __scrt_common_main_seh
  libgcc_s.so linux-gate.so runtime. CrashTrampolineAsm
  libc_io_functions_not_implemented_use_fdio_instead <libclang_rt.asan.so> __zx_panic
  syslog::LogMessage print_address_description _etext _swift_stdlib_ V8_Fatal
  blink::ReportV8FatalError v8::api_internal::ToLocalEmpty
  v8::internal::Isolate::PushStackTraceAndDie v8::internal::Isolate::PushParamsAndDie
  absl::log_internal:: SkAbort_FileLine SkMutex::~SkMutex c:/clusterfuzz/bot/build
`)

/** Those that hold this anywhere, the place in the source included. */
const parts = words(`
  ASAN_OnSIGSEGV BaseThreadInitThunk DebugBreak DefaultDcheckHandler ForceCrashOnSigAbort
  MemoryProtection::CMemoryProtector PartitionAlloc RtlFreeHeap RtlInitializeExceptionChain
  RtlReportCriticalFailure RtlUserThreadStart RtlpHeapHandleError RtlpLogHeapFailure SkDebugf
  StackDumpSignalHandler __android_log_assert __tmainCRTStartup _asan_rtl_ agent::asan::
  allocator_shim asan_Heap asan_check_access asan_osx_dynamic.dylib assert
  base::FuzzedDataProvider base::allocator base::android::CheckException
  base::debug::BreakDebugger base::debug::CollectStackTrace base::debug::StackTrace::StackTrace
  ieee754- libpthread logger logging::CheckError stdext::exception::what v8::base::OS::Abort
  Runtime_AbortCSADcheck /AOSP-toolchain/ /bindings/ToV8.h /crosstool/ /gcc/ /glibc-
  /googletest/ /jemalloc/ /libc++ /libc/ /llvm-build/ /minkernel/crts/ /sanitizer_common/
  /tcmalloc/ /vc/include/ /vctools/crt/ /win_toolchain/ libc++/ third_party/fuzztest/
  /memorycmp.c +Unknown <unknown centipede:: fuzztest::internal::
`)

/** Libraries of the system, which say something only where nothing is symbolised. */
const libraries = /libc\.so|libc\+\+(?:_shared)?\.so|libstdc\+\+\.so|libc-.*\.so/
const others =
  /logging::.*(?:LogMessage|NoreturnError)| \/rustc?\/| base\/callback|Inline Function @/

/** Whether ClusterFuzz's convention passes over a frame; `whole` is its name and its place. */
export function isPassedOver(whole: string, isSymbolised: boolean): boolean {
  const text = whole.replaceAll('\\', '/')
  if (text.length < 3 || names.has(text)) return true
  if (starts.some((start) => text.startsWith(start))) return true
  if (parts.some((part) => text.includes(part)) || others.test(text)) return true
  return isSymbolised && libraries.test(text)
}
