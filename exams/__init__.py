"""What an exam is.

The life of an exam, in the order in which the packages may import each other:

    tasks         a task is written: what candidates see, and the dataset that says how it is judged
    judging       a program is run against a dataset; what happened becomes a verdict
    authoring     a task's package is read, validated against its own solutions, and published
    papers        a scheme's blueprint chooses tasks for one candidate: a paper
    booking       a candidate books a seat: where and when, with a voucher or without
    sessions      the candidate sits the paper: consent, clock, journal
    submissions   programs are handed in, by the candidate or by the server at the deadline
    proctoring    what was observed, and what a person decided of it
    grading       the best submission of each item makes the result; a registrar decides
    rejudging     what was judged wrongly is judged again, compared, and switched by two people

Nothing here knows browsers, processes or wiring, and the time is always an argument.
"""
