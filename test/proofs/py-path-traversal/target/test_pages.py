import unittest

from pages import page


class Pages(unittest.TestCase):
    def test_shows_pages_and_pages_in_folders(self):
        self.assertEqual(page("start.md"), "Welcome.\n")
        self.assertEqual(page("guides/first.md"), "First steps.\n")

    def test_knows_what_is_not_there(self):
        self.assertIsNone(page("nothing.md"))


unittest.main()
