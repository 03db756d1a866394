"""Small public lists with the quirks of the real ones; every organisation is invented."""

import csv
import io
import json

RAW_HEADS = [
    "javax.faces.component.UIPanel@1a2b3c4d", "State", "Covered Entity Type", "Individuals Affected", "Breach Submission Date",
    "Type of Breach", "Location of Breached Information", "javax.faces.component.UIPanel@5e6f7a8b", "Web Description",
]  # fmt: skip
NAMED_HEADS = ["Name of Covered Entity", *RAW_HEADS[1:7], "Business Associate Present", "Web Description"]
SNAKE_HEADS = [
    "name_of_covered_entity", "state", "covered_entity_type", "individuals_affected", "breach_submission_date", "type_of_breach",
    "location_of_breached_information", "business_associate_present", "web_description",
]  # fmt: skip
OLD_HEADS = [
    "Number", "Name_of_Covered_Entity", "State", "Business_Associate_Involved", "Individuals_Affected", "Date_of_Breach",
    "Type_of_Breach", "Location_of_Breached_Information", "Date_Posted_or_Updated", "Summary",
]  # fmt: skip
HHS_ROW = [
    "Larch  Clinic, P.C. ",
    "WA",
    "Healthcare Provider",
    "50640",
    "04/03/2026",
    "Hacking/IT Incident",
    "Email, Network Server",
    "No",
    "",
]

WA_HEADS = [
    "DateAware", "DateSubmitted", "DataBreachCause", "DateStart", "DateEnd", "Name", "Id", "CyberattackType", "WashingtoniansAffected",
    "IndustryType", "BusinessType", "Year", "YearText", "WashingtoniansAffectedRange", "DaysElapsedBeforeNotification", "EntityState",
]  # fmt: skip
WA_ROW = [
    "2021 Feb 04 12:00:00 AM", "2021 Mar 17 12:00:00 AM", "Cyberattack", "2021 Feb 04 12:00:00 AM", "", "Perch Transfer Inc.", "10,427",
    "Ransomware", "11,807", "Finance", "", "2,021", "2021", "10,000-49,999", "41", "",
]  # fmt: skip

HIBP_ENTRY = {
    "Name": "Corvid", "Title": "Corvid Mail", "Domain": "corvidmail.example", "BreachDate": "2019-09-01",
    "AddedDate": "2023-02-07T21:46:07Z", "ModifiedDate": "2023-02-07T21:46:07Z", "PwnCount": 772904991,
    "Description": 'In 2019 <a href="https://x.example/?a=1&amp;b">a list</a> of A &amp; B was <em>found</em>.<script>alert(1)</script>',
    "DataClasses": ["Email addresses", "Passwords; hashed"], "IsVerified": True, "IsFabricated": False, "IsSpamList": False,
    "IsMalware": False, "IsStealerLog": False,
}  # fmt: skip
VERIS_INCIDENT = {
    "schema_version": "1.3.7",
    "incident_id": "000D403E-0000-4000-8000-000000000001",
    "security_incident": "Confirmed",
    "summary": "A courier lost a disk.",
    "actor": {"partner": {"notes": "Moss Couriers", "motive": ["Unknown"]}},
    "action": {"error": {"variety": ["Loss"], "vector": ["Unknown"]}},
    "asset": {"assets": [{"variety": "M - Disk media"}]},
    "attribute": {"confidentiality": {"data": [{"variety": "Medical", "amount": 4000}, {"variety": "Personal", "amount": 3000}]}},
    "timeline": {"incident": {"year": 2014, "month": 6}},
    "plus": {"timeline": {"notification": {"year": 2014, "month": 8, "day": 11}}},
    "victim": {"victim_id": "Larch Medical Center", "industry": "622110", "country": ["US"], "state": "NJ"},
    "reference": "http://news.example/larch; http://other.example/",
}  # fmt: skip


def csv_bytes(*rows, quoting=csv.QUOTE_ALL, delimiter=","):
    target = io.StringIO(newline="")
    csv.writer(target, quoting=quoting, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


def hhs(*rows, heads=RAW_HEADS):
    return csv_bytes(heads, *(rows or (HHS_ROW,)))


def hhs_row(**changes):
    places = {
        "name": 0,
        "state": 1,
        "type": 2,
        "people": 3,
        "day": 4,
        "cause": 5,
        "place": 6,
        "associate": 7,
        "text": 8,
    }
    row = list(HHS_ROW)
    for name, value in changes.items():
        row[places[name]] = value
    return row


def washington(*rows):
    return csv_bytes(WA_HEADS, *(rows or (WA_ROW,)), quoting=csv.QUOTE_MINIMAL)


def wa_row(**changes):
    row = dict(zip(WA_HEADS, WA_ROW, strict=True)) | changes
    return [row[name] for name in WA_HEADS]


def hibp(*changes):
    return json.dumps([HIBP_ENTRY | change for change in (changes or ({},))]).encode()


def veris(*changes):
    return json.dumps([VERIS_INCIDENT | change for change in (changes or ({},))]).encode()
