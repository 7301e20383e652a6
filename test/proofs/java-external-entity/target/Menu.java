import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;

/** Prints the dishes of a menu. */
final class Menu {
    /** The texts of all dishes; a menu that cannot be read has none. */
    static List<String> dishes(String menu) {
        List<String> found = new ArrayList<>();
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            var bytes = new ByteArrayInputStream(menu.getBytes(StandardCharsets.UTF_8));
            var nodes = factory.newDocumentBuilder().parse(bytes).getElementsByTagName("dish");
            for (int at = 0; at < nodes.getLength(); at++) {
                found.add(nodes.item(at).getTextContent().strip());
            }
        } catch (Exception error) {
            found.clear();
        }
        return found;
    }

    public static void main(String[] args) throws Exception {
        System.out.println(dishes(Files.readString(Path.of(args[0]))));
    }
}
