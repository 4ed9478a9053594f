"""Files of orders, customers, products: read, checked row by row, shown, then taken in chunks (R2.7).

table       a file as a head and rows of text          values     from text to value, or why not
importer    what a room says about its kind of file    mapping    which column is which, remembered
services    the acts: upload, map, check, take, stop   checking, committing   the long work, in a worker
"""
