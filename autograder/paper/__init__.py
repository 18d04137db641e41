"""The assessment on paper, for those who learn without a computer.

`sheet` draws a paper for each person, `pages` prints it and what goes back, and `entry` takes in
what was typed from the filled-in sheets. In between nothing is different: a sheet is a draw of the
same bank, what is typed becomes an ordinary hand-in, and it is marked like any other.
"""
