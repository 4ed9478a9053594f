from django.http import HttpRequest

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    """Who is signed in; the access declaration has refused everybody else."""
    assert isinstance(request.user, User)
    return request.user
