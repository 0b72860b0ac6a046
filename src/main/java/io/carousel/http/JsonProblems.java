package io.carousel.http;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says what is wrong with a JSON body, in the client's terms: fields and JSON types, no classes.
 */
public final class JsonProblems {
  private static final int LONGEST_SHOWN = 60;

  /** Of a key that stands twice Jackson shows the whole. */
  private static final String LONG_NAME = "(\"[^\"]{%d})[^\"]+".formatted(LONGEST_SHOWN);

  private static final Pattern TYPE_IDS = Pattern.compile("known type ids = \\[([^]]*)]");
  private static final Pattern COERCED =
      Pattern.compile("^Cannot coerce \\w+ value \\((\".*\"|[^\"()]*)\\) to", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("Numeric value \\(([^)]*)\\)");

  private JsonProblems() {}

  /** What was wrong with a piece of JSON; the problem's param is the path of the field. */
  public static ProblemException of(JacksonException e) {
    String path = path(e);
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          new ProblemException(
              HttpStatus.BAD_REQUEST,
              "unknown_field",
              path,
              "%s: unknown field; expected one of %s"
                  .formatted(path, known(unknown.getKnownPropertyIds())));
      case InputCoercionException range ->
          wrongType(path, expected(range.getTargetType()) + " in its range", number(range));
      case StreamReadException malformed -> malformed(malformed);
      case InvalidTypeIdException type -> ofTypeId(path, type);
      case InvalidFormatException format ->
          wrongType(path, expected(format.getTargetType()), shown(format.getValue()));
      case MismatchedInputException mismatch when isTrailing(mismatch) ->
          new ProblemException(
              HttpStatus.BAD_REQUEST,
              "malformed_json",
              null,
              "The body is not valid JSON: expected its end after the first value, found more.");
      case MismatchedInputException mismatch ->
          wrongType(path, expected(mismatch.getTargetType()), found(mismatch));
      case DatabindException wrapped -> ofWrapped(path, wrapped);
      default -> malformed(e);
    };
  }

  /** A type in the words of JSON. */
  public static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name().toLowerCase(java.util.Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a string";
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long", "short", "Short", "byte", "Byte", "BigInteger" ->
          "an integer";
      case "double", "Double", "float", "Float", "BigDecimal", "Number" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      default ->
          type.isRecord() || type.isInterface() || Map.class.isAssignableFrom(type)
              ? "an object"
              : "another value";
    };
  }

  /** A value as it stood in the request, cut where it is long. */
  public static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case JsonToken token -> shown(token);
      case Number number -> cut(number.toString());
      case Boolean bool -> bool.toString();
      case Collection<?> collection -> "an array of " + collection.size();
      case Map<?, ?> object -> "an object";
      case CharSequence text -> quoted(text.toString());
      case Enum<?> constant -> quoted(constant.name().toLowerCase(java.util.Locale.ROOT));
      default -> "something else";
    };
  }

  private static String shown(JsonToken token) {
    return switch (token) {
      case START_OBJECT, PROPERTY_NAME -> "an object";
      case END_OBJECT -> "nothing"; // a field that is not there is missed at the end
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }

  private static String quoted(String text) {
    return "\"" + cut(text) + "\"";
  }

  /** No more of a client's text than is needed to recognise it. */
  public static String cut(String text) {
    return text.codePointCount(0, text.length()) <= LONGEST_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }

  private static @Nullable String path(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference reference : e.getPath()) {
      if (reference.getPropertyName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(cut(reference.getPropertyName()));
      }
    }
    return path.isEmpty() ? null : path.toString();
  }

  private static ProblemException wrongType(@Nullable String path, String expected, String found) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "wrong_type",
        path,
        "%s: expected %s, found %s"
            .formatted(Objects.requireNonNullElse(path, "The body"), expected, found));
  }

  /** An exception of a record's constructor, which Jackson has wrapped. */
  private static ProblemException ofWrapped(@Nullable String path, DatabindException e) {
    for (Throwable cause : Causes.of(e)) {
      String field = Fields.specificationField(cause);
      if (cause instanceof ProblemException known) {
        return known;
      }
      if (field != null) {
        String prefix = path == null ? "" : path + ".";
        return ProblemException.invalid(prefix + field, prefix + cause.getMessage());
      }
    }
    return ProblemException.invalid(
        path, Objects.requireNonNullElse(path, "The body") + ": the value cannot be used");
  }

  private static ProblemException ofTypeId(@Nullable String path, InvalidTypeIdException e) {
    Matcher matcher = TYPE_IDS.matcher(e.getOriginalMessage());
    String expected = matcher.find() ? "one of " + matcher.group(1) : "another type";
    String field = path == null ? "type" : path + ".type";
    return ProblemException.invalid(
        field,
        "%s: expected %s, found %s"
            .formatted(field, expected, e.getTypeId() == null ? "nothing" : quoted(e.getTypeId())));
  }

  /** Jackson keeps a value that it will not coerce only in its message. */
  private static String found(MismatchedInputException e) {
    Matcher matcher = COERCED.matcher(e.getOriginalMessage());
    if (!matcher.find()) {
      return shown(e.getCurrentToken());
    }
    String value = matcher.group(1);
    return value.startsWith("\"") ? quoted(value.substring(1, value.length() - 1)) : value;
  }

  private static boolean isTrailing(MismatchedInputException e) {
    return e.getOriginalMessage().startsWith("Trailing token");
  }

  private static ProblemException malformed(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String where =
        at == null || at.getLineNr() < 0
            ? ""
            : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "malformed_json",
        null,
        "The body is not valid JSON%s: %s.".formatted(where, reason(e)));
  }

  /** Why a text is not JSON, without the advice that Jackson has for the programmer. */
  public static String reason(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .findFirst()
        .orElse("")
        .replaceAll(", from `[^`]*`", "")
        .replaceAll(" \\(start marker at .*", "")
        .replaceAll(": enable .*", "")
        .replaceAll("`[^`]*`", "…")
        .replaceAll(LONG_NAME, "$1…");
  }

  private static String number(InputCoercionException e) {
    Matcher matcher = NUMBER.matcher(e.getOriginalMessage());
    return matcher.find() ? cut(matcher.group(1)) : "a number out of range";
  }

  private static String known(@Nullable Collection<Object> ids) {
    List<String> names =
        ids == null ? List.of() : ids.stream().map(Object::toString).distinct().toList();
    return names.isEmpty() ? "no field at all" : String.join(", ", names);
  }
}
