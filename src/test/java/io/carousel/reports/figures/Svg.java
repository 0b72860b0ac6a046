package io.carousel.reports.figures;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A figure as a reader of XML sees it. */
final class Svg {
  private final Document document;

  Svg(String text) {
    try {
      document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(text.getBytes(UTF_8)));
    } catch (Exception e) {
      throw new AssertionError("not well-formed: " + e.getMessage(), e);
    }
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    NodeList nodes = document.getElementsByTagName("text");
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent().strip());
    }
    return texts;
  }

  int count(String element) {
    return document.getElementsByTagName(element).getLength();
  }

  /** The picture of a heat map: the first that is embedded. */
  BufferedImage image() throws IOException {
    NodeList images = document.getElementsByTagName("image");
    for (int i = 0; i < images.getLength(); i++) {
      Element image = (Element) images.item(i);
      String data =
          image.hasAttribute("href")
              ? image.getAttribute("href")
              : image.getAttribute("xlink:href");
      BufferedImage read =
          ImageIO.read(
              new ByteArrayInputStream(
                  Base64.getDecoder().decode(data.substring(data.indexOf(',') + 1))));
      if (read.getHeight() > 1 && read.getWidth() > 1) { // not the colour bar's
        return read;
      }
    }
    throw new AssertionError("no picture");
  }
}
