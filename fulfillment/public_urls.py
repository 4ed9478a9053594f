from django.urls import path

from fulfillment.views.signing import SignPage

app_name = "signing"
urlpatterns = [
    path("<str:token>/", SignPage.as_view(), name="sign"),
]
