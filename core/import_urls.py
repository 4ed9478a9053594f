"""Under core's own namespace: core:import-list and so on."""

from django.urls import path

from core.views import import_files, import_rows, imports

urlpatterns = [
    path("", imports.ImportList.as_view(), name="import-list"),
    path("new/", imports.NewImport.as_view(), name="import-new"),
    path("export/<slug:kind>.<slug:fmt>", import_files.Export.as_view(), name="import-export"),
    path("layout/<slug:kind>.<slug:fmt>", import_files.Layout.as_view(), name="import-layout"),
    path("<int:pk>/", imports.ImportPage.as_view(), name="import-detail"),
    path("<int:pk>/progress/", imports.Progress.as_view(), name="import-progress"),
    path("<int:pk>/columns/", imports.ChooseColumns.as_view(), name="import-mapping"),
    path("<int:pk>/rows/", import_rows.Rows.as_view(), name="import-rows"),
    path("<int:pk>/groups/", import_rows.Groups.as_view(), name="import-groups"),
    path("<int:pk>/take/", imports.TakeRows.as_view(), name="import-commit"),
    path("<int:pk>/stop/", imports.StopImport.as_view(), name="import-stop"),
    path("<int:pk>/continue/", imports.ContinueImport.as_view(), name="import-continue"),
    path("<int:pk>/refused.<slug:fmt>", import_files.RefusedRows.as_view(), name="import-refused"),
]
