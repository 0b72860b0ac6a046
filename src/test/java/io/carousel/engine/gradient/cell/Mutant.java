package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A cell with one instruction of its derivatives changed.
 *
 * @param cell simple name of the class
 * @param method the method changed
 * @param place which of the method's instructions, from 0
 * @param change what was done
 */
record Mutant(String cell, String method, int place, String change) {
  private static final String CELLS = Mutant.class.getPackageName() + ".";
  private static final String DIAGNOSTICS = GradientDiagnostics.class.getPackageName() + ".";
  private static final Set<String> DERIVATIVES =
      Set.of(
          "backward",
          "carry",
          "jacobian",
          "logAbsDeterminant",
          "slope",
          "addRow",
          "derive",
          "times",
          "residual",
          "back",
          "below",
          "addWeightGradient");
  private static final ClassDesc WEIGHTS = ClassDesc.of(CELLS + "LayerWeights");
  private static final ClassDesc SELF = ClassDesc.of(Mutant.class.getName());

  /** All of a class. */
  static List<Mutant> of(String cell) {
    List<Mutant> mutants = new ArrayList<>();
    for (MethodModel method : ClassFile.of().parse(bytes(CELLS + cell)).methods()) {
      String name = method.methodName().stringValue();
      if (DERIVATIVES.contains(name) && method.code().isPresent()) {
        int place = 0;
        for (CodeElement element : method.code().get()) {
          String change = change(name, element);
          if (!change.isEmpty()) {
            mutants.add(new Mutant(cell, name, place, change));
          }
          place++;
        }
      }
    }
    return mutants;
  }

  private static String change(String method, CodeElement element) {
    return switch (element) {
      case OperatorInstruction i when i.opcode() == Opcode.DADD -> "+ becomes -";
      case OperatorInstruction i when i.opcode() == Opcode.DSUB -> "- becomes +";
      // Of a determinant only the size is wanted.
      case OperatorInstruction i
          when i.opcode() == Opcode.DMUL && !method.equals("logAbsDeterminant") ->
          "product negated";
      case InvokeInstruction i
          when i.owner().asInternalName().endsWith("/Linear")
              && i.typeSymbol().returnType().descriptorString().equals("V") ->
          "call of " + i.name() + " dropped";
      case FieldInstruction i when i.name().equalsString("recurrentBack") -> "W_hh transposed";
      case FieldInstruction i when i.name().equalsString("recurrent") -> "W_hh transposed";
      default -> "";
    };
  }

  /** Loads the diagnostics anew, with this class in it. */
  ClassLoader loader() {
    byte[] mutated = transform(bytes(CELLS + cell));
    return new ClassLoader(Mutant.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(DIAGNOSTICS)) {
          return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
          Class<?> known = findLoadedClass(name);
          if (known != null) {
            return known;
          }
          byte[] bytes = name.equals(CELLS + cell) ? mutated : bytes(name);
          return defineClass(name, bytes, 0, bytes.length);
        }
      }
    };
  }

  private byte[] transform(byte[] original) {
    ClassFile classes = ClassFile.of();
    Predicate<MethodModel> here = m -> m.methodName().equalsString(method) && m.code().isPresent();
    return classes.transformClass(
        classes.parse(original),
        ClassTransform.transformingMethodBodies(here, CodeTransform.ofStateful(Change::new)));
  }

  private final class Change implements CodeTransform {
    private int at;

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      if (at++ == place) {
        mutate(code, element);
      } else {
        code.with(element);
      }
    }
  }

  private static void mutate(CodeBuilder code, CodeElement element) {
    switch (element) {
      case OperatorInstruction i when i.opcode() == Opcode.DADD -> code.dsub();
      case OperatorInstruction i when i.opcode() == Opcode.DSUB -> code.dadd();
      case OperatorInstruction i -> code.with(i).dneg();
      case InvokeInstruction i -> {
        for (ClassDesc parameter : i.typeSymbol().parameterList().reversed()) {
          if (TypeKind.from(parameter).slotSize() == 2) {
            code.pop2();
          } else {
            code.pop();
          }
        }
      }
      case FieldInstruction i ->
          code.invokestatic(
              SELF,
              i.name().stringValue() + "Transposed",
              MethodTypeDesc.of(i.typeSymbol(), WEIGHTS));
      default -> throw new IllegalStateException("no mutation of " + element);
    }
  }

  /** W_hh with each gate's block transposed, in place of {@code w.recurrent}. */
  static double[] recurrentTransposed(LayerWeights w) {
    int h = w.hiddenSize();
    double[] transposed = new double[w.recurrent.length];
    for (int row = 0; row < w.gateRows(); row++) {
      for (int j = 0; j < h; j++) {
        transposed[row * h + j] = w.recurrent[(row / h * h + j) * h + row % h];
      }
    }
    return transposed;
  }

  /** The same in place of {@code w.recurrentBack}. */
  static DoubleOperand recurrentBackTransposed(LayerWeights w) {
    int h = w.hiddenSize();
    return DoubleProducts.best().operand(recurrentTransposed(w), 0, h, w.gateRows(), h, false);
  }

  private static byte[] bytes(String name) {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = Mutant.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no class " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
