"""Reminders: who is reminded of what and when, by ladders people can see and change; a calendar; why a mail came."""

from flask import Blueprint

from registry.reminders import views

blueprint = Blueprint("reminders", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("/reminders", "index", views.index, ("GET",)),
    ("/reminders/coming", "coming", views.coming, ("GET",)),
    ("/reminders/ladders", "ladders", views.ladders, ("GET",)),
    ("/reminders/ladders/<subject>/<int:number>", "step", views.step, ("GET", "POST")),
    ("/reminders/ladders/<subject>/<int:number>/reset", "reset", views.reset, ("POST",)),
    ("/reminders/calendar", "calendar", views.calendar, ("GET",)),
    ("/reminders/calendar/new", "new_calendar", views.new_calendar, ("POST",)),
    ("/reminders/calendar/end", "end_calendar", views.end_calendar, ("POST",)),
    ("/calendar/<address>.ics", "feed", views.feed, ("GET",)),
    ("/why/<token>", "why", views.why, ("GET",)),
    ("/why/<token>/unsubscribe", "unsubscribe", views.unsubscribe, ("POST",)),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
