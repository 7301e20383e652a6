import unittest

from notes import answer


class Notes(unittest.TestCase):
    def test_shows_everyone_their_own(self):
        self.assertEqual(answer("/notes/1", "ada"), (200, "buy a lamp"))
        self.assertEqual(answer("/notes/2", "grace")[0], 200)

    def test_asks_who_it_is(self):
        self.assertEqual(answer("/notes/1", None)[0], 401)


unittest.main()
