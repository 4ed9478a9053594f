from django.urls import path

from aftersales import views

app_name = "aftersales"
urlpatterns = [
    path("visits/", views.VisitList.as_view(), name="visit-list"),
    path("visits/<int:pk>/", views.VisitPage.as_view(), name="visit-detail"),
    path("orders/<int:pk>/visit/", views.RecordVisit.as_view(), name="visit-record"),
]
