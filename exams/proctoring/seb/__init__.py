"""The Safe Exam Browser: its settings for one attempt, what it proves with each change of state, and who waits for a proctor.

What is proven is that a page was opened with these settings (the Config Key) and, where a scheme lists Browser Exam Keys, that
a browser of a known build did it. It is never proven who sits there. A check that fails holds the session and tells; it ends
nothing and refuses no save. Specifications: https://safeexambrowser.org/developer/seb-config-key.html and seb-file-format.html.
"""
