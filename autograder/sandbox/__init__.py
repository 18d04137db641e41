"""Running a submission's cells where they can do no harm, and checking what they gave.

The *learner* process runs the learner's cells. The *checker* process runs the checks and never a
line of the learner's. Between them stands the *conductor*, in the marking process: plain values
cross, live objects never do. See `frames` for what they say to each other, `values` for what can
cross, and `bubblewrap` for the walls.
"""
