import pickle
import unittest

from cart import read_cart


class Cart(unittest.TestCase):
    def test_reads_lists_of_any_protocol(self):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            self.assertEqual(read_cart(pickle.dumps(["a", "b"], protocol)), ["a", "b"])

    def test_reads_an_empty_cart(self):
        self.assertEqual(read_cart(pickle.dumps([])), [])


unittest.main()
