"""Included by customers/urls.py under inquiries/."""

from django.urls import path

from customers.views import inquiries

urlpatterns = [
    path("", inquiries.InquiryList.as_view(), name="inquiry-list"),
    path("new/", inquiries.NewInquiry.as_view(), name="inquiry-new"),
    path("<int:pk>/", inquiries.InquiryPage.as_view(), name="inquiry-detail"),
    path("<int:pk>/hand-over/", inquiries.HandOver.as_view(), name="inquiry-hand-over"),
    path("<int:pk>/answer/", inquiries.Answer.as_view(), name="inquiry-answer"),
    path("<int:pk>/close/", inquiries.Close.as_view(), name="inquiry-close"),
]
