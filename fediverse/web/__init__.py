"""The door of people with browsers: pages that work without JavaScript, in English and French.

`routes` calls the endpoints here. Each reads its request, asks one question or calls one verb of `actions/`, and renders a template. Pages get plain
views, never rows; whoever may do or see something is decided by the verbs and the questions, for these pages as for every client.

A page comes in three steps, the same everywhere: `visits` says who is there and reads a form, a subject's file asks and acts, `pages.render` answers.
What goes wrong is raised, and `errors.render_error` makes a page of it.
"""
