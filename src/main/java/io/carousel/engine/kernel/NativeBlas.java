package io.carousel.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code cblas_sgemm} of the OpenBLAS that comes with ND4J's native backend.
 *
 * <p>Called through a critical downcall (JEP 454), which may be given parts of heap arrays: the
 * garbage collector leaves them where they are for the time of the call.
 */
final class NativeBlas {
  private static final List<String> LIBRARY_NAMES =
      List.of("libopenblas.so.0", "libopenblas.0.dylib", "libopenblas.dll");
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;
  private static final int TRANSPOSE = 112;

  /** As OpenBLAS has it in sgemm_small_kernel_permit. */
  private static final int SMALL = 1_000_000;

  private static final int LONGEST_NAME = 64;

  /** Processors with AVX-512, for whose kernels alone this is the limit. */
  private static final Set<String> SMALL_KERNELS =
      Set.of("SkylakeX", "Cooperlake", "SapphireRapids");

  private final MethodHandle sgemm;
  private final MethodHandle getThreads;
  private final int smallProduct;

  private NativeBlas(MethodHandle sgemm, MethodHandle getThreads, int smallProduct) {
    this.sgemm = sgemm;
    this.getThreads = getThreads;
    this.smallProduct = smallProduct;
  }

  /** How many threads OpenBLAS makes a product with; 1, as the engine shares the work itself. */
  int threads() {
    try {
      return (int) getThreads.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * The most multiplications m·n·k of a product that is made without copying its operands first,
   * where neither is transposed; 0 where that is not known. A product of few rows spends more time
   * on the copy than on its sums.
   */
  int smallProduct() {
    return smallProduct;
  }

  /**
   * Initialises ND4J and finds its BLAS.
   *
   * @throws BackendUnavailableException where the native libraries of this platform are not there
   *     or cannot be loaded
   */
  static NativeBlas open() {
    try {
      Nd4j.factory(); // loads and checks the native backend
      SymbolLookup symbols = SymbolLookup.libraryLookup(library(), Arena.global());
      useOneThread(symbols);
      FunctionDescriptor signature =
          FunctionDescriptor.ofVoid(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT);
      MethodHandle sgemm =
          function(symbols, "cblas_sgemm", signature, Linker.Option.critical(true));
      MethodHandle getThreads =
          function(
              symbols, "openblas_get_num_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT));
      int small = SMALL_KERNELS.contains(core(symbols)) ? SMALL : 0;
      return new NativeBlas(sgemm, getThreads, small);
    } catch (Exception | LinkageError e) {
      throw new BackendUnavailableException(
          "The nd4j backend cannot run: its native libraries could not be loaded ("
              + reason(e)
              + ")",
          e);
    }
  }

  /** A function of the library that is called, which is not the only copy of OpenBLAS loaded. */
  private static MethodHandle function(
      SymbolLookup symbols, String name, FunctionDescriptor signature, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), signature, options);
  }

  /**
   * Not by the Java binding's method: that reaches another copy, and this one would go on to share
   * each product with a thread that spins for the next.
   */
  private static void useOneThread(SymbolLookup symbols) {
    FunctionDescriptor signature = FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT);
    MethodHandle setThreads = function(symbols, "openblas_set_num_threads", signature);
    try {
      setThreads.invokeExact(1);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** The processor whose kernels OpenBLAS has chosen. */
  private static String core(SymbolLookup symbols) {
    FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.ADDRESS);
    MethodHandle coreName = function(symbols, "openblas_get_corename", signature);
    try {
      MemorySegment text = (MemorySegment) coreName.invokeExact();
      return text.reinterpret(LONGEST_NAME).getString(0);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** What a call of a method handle declares to throw, as what a native call can. */
  private static RuntimeException unchecked(Throwable e) {
    return switch (e) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(e);
    };
  }

  /** What lies at the bottom; the exceptions around it say little, or nothing. */
  private static String reason(Throwable e) {
    Throwable reason = e;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason.toString();
  }

  /** OpenBLAS itself, which lies beside its Java binding under the platform's own name. */
  private static Path library() {
    Path binding = Path.of(Loader.load(openblas.class));
    return LIBRARY_NAMES.stream()
        .map(binding::resolveSibling)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "expected one of %s in %s".formatted(LIBRARY_NAMES, binding.getParent())));
  }

  /** C = op(A) · op(B), or C +=, all row-major. */
  void sgemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSE : NO_TRANSPOSE,
          transposeB ? TRANSPOSE : NO_TRANSPOSE,
          m,
          n,
          k,
          1f,
          segment(a, ao),
          lda,
          segment(b, bo),
          ldb,
          accumulate ? 1f : 0f,
          segment(c, co),
          ldc);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static MemorySegment segment(float[] array, int offset) {
    return MemorySegment.ofArray(array).asSlice((long) offset * Float.BYTES);
  }
}
