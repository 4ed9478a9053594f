from django.urls import path

from accounts.views import people, profile

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("language/", profile.ChooseLanguage.as_view(), name="language"),
    path("people/", people.PeopleList.as_view(), name="people"),
    path("people/<int:pk>/roles/", people.SetRoles.as_view(), name="user-roles"),
]
