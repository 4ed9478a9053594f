from django.urls import include, path

from core.views import attachments, documents, gallery, gallery_lines, list_views, outbox

app_name = "core"
urlpatterns = [
    path("documents/<int:pk>/<slug:language>.pdf", documents.DocumentPdf.as_view(), name="document-pdf"),
    path("verify/", documents.Verify.as_view(), name="verify-form"),
    path("verify/<str:code>/", documents.Verify.as_view(), name="verify"),
    path("attachments/<uuid:uuid>/", attachments.AttachmentFile.as_view(), name="attachment"),
    path(
        "attachments/<str:subject_type>/<int:subject_id>/",
        attachments.AttachFile.as_view(),
        name="attachment-add",
    ),
    path("comments/<str:subject_type>/<int:subject_id>/", attachments.AddComment.as_view(), name="comment-add"),
    path("views/new/", list_views.SaveListView.as_view(), name="list-view-new"),
    path("views/<int:pk>/remove/", list_views.RemoveListView.as_view(), name="list-view-remove"),
    path("imports/", include("core.import_urls")),
    path("outbox/", outbox.OutboxList.as_view(), name="outbox"),
    path("ui/", gallery.Gallery.as_view(), name="gallery"),
    path("ui/act/", gallery.SampleAct.as_view(), name="gallery-act"),
    path("ui/lookup/", gallery_lines.Lookup.as_view(), name="gallery-lookup"),
]
