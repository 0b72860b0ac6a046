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
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code cblas_sgemm} of the OpenBLAS that ND4J's native backend runs on.
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

  private final MethodHandle sgemm;

  private NativeBlas(MethodHandle sgemm) {
    this.sgemm = sgemm;
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
      openblas.blas_set_num_threads(1);
      SymbolLookup symbols = SymbolLookup.libraryLookup(library(), Arena.global());
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
      return new NativeBlas(
          Linker.nativeLinker()
              .downcallHandle(
                  symbols.findOrThrow("cblas_sgemm"), signature, Linker.Option.critical(true)));
    } catch (Exception | LinkageError e) {
      throw new BackendUnavailableException(
          "The nd4j backend cannot run: its native libraries could not be loaded ("
              + reason(e)
              + ")",
          e);
    }
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
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemorySegment segment(float[] array, int offset) {
    return MemorySegment.ofArray(array).asSlice((long) offset * Float.BYTES);
  }
}
