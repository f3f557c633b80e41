"""The first page, and what a problem's code means."""

from starlette.requests import Request
from starlette.responses import Response

from app.pages import render
from app.problem_texts import PROBLEMS
from exams.errors import NotFound


async def show_home(request: Request) -> Response:
    """Say who Sarap is for, with a door for each."""
    return render(request, "home.html")


async def explain_problem(request: Request) -> Response:
    """Explain the `type` of problem details to whoever follows it."""
    problem = PROBLEMS.get(request.path_params["code"])
    if problem is None:
        raise NotFound
    return render(request, "problem_type.html", problem=problem, code=request.path_params["code"])
