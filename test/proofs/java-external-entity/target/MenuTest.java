import java.util.List;

final class MenuTest {
    public static void main(String[] args) {
        check("<menu><dish>soup</dish><dish>pie &amp; peas</dish></menu>", "soup", "pie & peas");
        check("<menu/>");
        check("<menu><dish>");
    }

    private static void check(String menu, String... dishes) {
        List<String> found = Menu.dishes(menu);
        System.out.println(found);
        if (!found.equals(List.of(dishes))) {
            throw new AssertionError(menu);
        }
    }
}
