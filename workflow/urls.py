from django.urls import path

from workflow.views import approvals, inbox, load, notifications, previews, rules, settings, waivers

app_name = "workflow"
urlpatterns = [
    path("", inbox.Inbox.as_view(), name="inbox"),
    path("work/by-person/", load.LoadPage.as_view(), name="load"),
    path("work/<int:pk>/take/", inbox.take_work, name="work-take"),
    path("work/<int:pk>/hand-on/", inbox.HandOn.as_view(), name="work-hand-on"),
    path("approvals/", approvals.ApprovalList.as_view(), name="approval-list"),
    path("approvals/<int:pk>/add/", approvals.AddApprover.as_view(), name="approval-add"),
    path("approvals/<int:pk>/return/", approvals.ReturnToStep.as_view(), name="approval-return"),
    path("waivers/", waivers.WaiverList.as_view(), name="waiver-list"),
    path("waivers/<int:pk>/take-back/", waivers.RevokeWaiver.as_view(), name="waiver-revoke"),
    path("notifications/", notifications.NotificationList.as_view(), name="notification-list"),
    path("notifications/count/", notifications.notification_count, name="notification-count"),
    path("notifications/read-all/", notifications.read_all, name="notification-read-all"),
    path("notifications/<int:pk>/", notifications.open_notification, name="notification-open"),
    path("settings/", rules.SettingsHome.as_view(), name="settings"),
    path("settings/approvals/", rules.RuleList.as_view(), name="rule-list"),
    path("settings/approvals/<slug:kind>/propose/", rules.ProposeRules.as_view(), name="rules-propose"),
    path("settings/approvals/<slug:kind>/proposal/", rules.ProposalPage.as_view(), name="proposal"),
    path("settings/approvals/<slug:kind>/proposal/new/", rules.RuleEdit.as_view(), name="rule-add"),
    path("settings/approvals/<slug:kind>/proposal/rules/<slug:code>/", rules.RuleEdit.as_view(), name="rule-edit"),
    path(
        "settings/approvals/<slug:kind>/proposal/rules/<slug:code>/remove/",
        rules.RuleRemove.as_view(),
        name="rule-remove",
    ),
    path("settings/approvals/<slug:kind>/put-in-force/", rules.PutRulesInForce.as_view(), name="rules-put-in-force"),
    path("settings/approvals/<slug:kind>/discard/", rules.DiscardRules.as_view(), name="rules-discard"),
    path("settings/previews/<int:pk>/", previews.preview_progress, name="preview-progress"),
    path("settings/clocks/", settings.ClockList.as_view(), name="clock-list"),
    path("settings/clocks/<slug:kind>/", settings.ClockEdit.as_view(), name="clock-edit"),
    path("settings/clocks/<slug:kind>/<slug:part>/", settings.ClockEdit.as_view(), name="clock-part-edit"),
    path("settings/calendar/", settings.CalendarPage.as_view(), name="calendar"),
    path("settings/calendar/hours/", settings.HoursEdit.as_view(), name="hours-edit"),
    path("settings/calendar/<int:year>/load/", settings.YearLoad.as_view(), name="year-load"),
]
