package io.carousel.engine.format;

import java.io.IOException;
import java.util.Map;

/** JSON for the header of a safetensors file, from whoever has a JSON library. */
public interface HeaderCodec {

  /**
   * Reads one JSON object into maps, lists, strings, booleans and numbers (an integer that fits as
   * {@link Integer} or {@link Long}).
   *
   * @throws IOException where it is not one JSON object, where a key stands twice in an object, or
   *     where anything but white space follows; the message goes to whoever sent the file
   */
  Map<String, Object> parse(String json) throws IOException;

  /** Writes maps, lists, strings and integers as JSON, keys in the map's order. */
  String write(Map<String, ?> header);
}
