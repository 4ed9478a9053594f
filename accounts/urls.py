from django.urls import path

from accounts.views import delegations, numbers, people, profile

app_name = "accounts"
urlpatterns = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("language/", profile.ChooseLanguage.as_view(), name="language"),
    path("people/", people.PeopleList.as_view(), name="people"),
    path("people/<int:pk>/roles/", people.SetRoles.as_view(), name="user-roles"),
    path("people/<int:pk>/manager/", delegations.SetManager.as_view(), name="user-manager"),
    path("delegations/", delegations.DelegationList.as_view(), name="delegation-list"),
    path("delegations/new/", delegations.NewDelegation.as_view(), name="delegation-new"),
    path("delegations/<int:pk>/end/", delegations.EndDelegation.as_view(), name="delegation-end"),
    path("numbers/", numbers.NumberSeriesList.as_view(), name="number-list"),
    path("numbers/<slug:code>/preview/", numbers.NumberPreview.as_view(), name="number-preview"),
    path("numbers/<slug:code>/", numbers.ChangeNumberSeries.as_view(), name="number-edit"),
]
