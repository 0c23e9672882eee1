"""The demo: a grower of ornamental plants whose plan shows each kind of gap once, whatever day it is loaded.

`plan.py` says what exists and when, `texts.md` what the pages say, `loader.py` makes it real.
"""
