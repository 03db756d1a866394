"""What the columns of a list may mean, and the names that people give them, in several languages."""

from dataclasses import dataclass
from functools import cached_property

from importers.base import plain_name

__all__ = ["SUBPROCESSOR_COLUMNS", "VENDOR_COLUMNS", "Target"]


@dataclass(frozen=True)
class Target:
    """A meaning of a column: `key` is kind of fact and field, `names` are titles in common use, best first."""

    key: str
    label: str
    group: str
    names: str

    @cached_property
    def plain_names(self) -> tuple[str, ...]:
        """The names as they are compared."""
        return tuple(plain_name(name) for name in (self.label, *self.names.split("|")))


_VENDOR, _CONTACT, _CONTRACT, _PROOF, _DATA = "Vendor", "Contact", "Contract", "Evidence", "Data it gets"

VENDOR_COLUMNS: tuple[Target, ...] = (
    Target("vendors.name", "Name", _VENDOR,
           "vendor|vendor name|supplier|supplier name|third party|third party name|third-party|company|company name|"
           "provider|provider name|service provider|partner|partner name|business name|account name|processor|"
           "organisation|organization|tool|application|app|lieferant|lieferantenname|anbieter|dienstleister|firma|"
           "firmenname|auftragsverarbeiter|fournisseur|nom du fournisseur|nom|prestataire|sous-traitant|société|"
           "proveedor|nombre|nombre del proveedor|empresa|encargado|fornitore|nome|nome fornitore|ragione sociale|"
           "leverancier|leveranciersnaam|naam|fornecedor|dostawca|nazwa|leverandør|leverantör|toimittaja"),
    Target("vendors.legal_name", "Legal name", _VENDOR,
           "legal entity|legal entity name|registered name|full legal name|official name|rechtlicher name|"
           "juristische person|handelsname|raison sociale|dénomination sociale|razón social|denominazione sociale|"
           "statutaire naam|razão social"),
    Target("vendors.code", "Code of this registry", _VENDOR, "registry code"),
    Target("vendors.service", "Service", _VENDOR,
           "service provided|services|services provided|product|products|product service|description|purpose|"
           "what they do|service description|scope|use case|leistung|dienstleistung|beschreibung|produkt|zweck|"
           "prestation|service fourni|objet|servicio|servicios|descripción|producto|servizio|descrizione|dienst|"
           "omschrijving|serviço|descrição|usługa"),
    Target("vendors.country", "Country", _VENDOR,
           "country of registration|hq country|headquarters|headquarter country|hq|location|country code|jurisdiction|"
           "vendor country|land|sitz|sitzland|firmensitz|staat|pays|siège|país|pais|sede|paese|nazione|kraj|maa"),
    Target("vendors.sector", "Sector", _VENDOR,
           "industry|industry sector|naics|branche|industrie|wirtschaftszweig|secteur|secteur d'activité|sector de "
           "actividad|industria|settore|setor|branża"),
    Target("vendors.domain", "Web domain", _VENDOR,
           "domain|website|web site|url|web|homepage|web address|webseite|internetseite|site web|site internet|"
           "sitio web|página web|sito|sito web|strona"),
    Target("vendors.owner_email", "Our owner (e-mail)", _VENDOR,
           "owner|vendor owner|owner email|owner e-mail|vendor manager|relationship owner|business owner|internal owner|"
           "internal contact|responsible|account owner|requester|sponsor|verantwortlich|verantwortlicher|"
           "interner ansprechpartner|responsable|responsable interne|propietario|responsabile|verantwoordelijke|"
           "eigenaar|responsável"),
    Target("vendors.business_unit", "Used by (unit)", _VENDOR,
           "business unit|department|team|division|cost centre|cost center|used by|requesting department|abteilung|"
           "bereich|fachbereich|kostenstelle|département|service demandeur|departamento|unidad|reparto|dipartimento|"
           "afdeling|departamento|dział"),
    Target("vendors.lifecycle", "Status", _VENDOR,
           "lifecycle|vendor status|state|stage|relationship status|active|zustand|statut|état|estado|stato|fase"),
    Target("vendors.relationship", "Relationship", _VENDOR,
           "vendor type|party type|third party type|beziehung|relation|tipo de relación"),
    Target("vendors.tier_override", "Criticality", _VENDOR,
           "tier|risk|risk tier|risk level|risk rating|inherent risk|criticality level|importance|priority|rating|"
           "business criticality|vendor tier|kritikalität|kritikalitaet|risiko|risikostufe|wichtigkeit|criticité|"
           "niveau de risque|risque|criticidad|riesgo|nivel de riesgo|criticità|rischio|criticaliteit|risico|"
           "criticidade|risco"),
    Target("vendors.revenue_band", "Its annual revenue", _VENDOR,
           "revenue|annual revenue|turnover|company size|umsatz|jahresumsatz|chiffre d'affaires|facturación|ingresos|"
           "fatturato|omzet"),
    Target("vendors.tags", "Tags", _VENDOR,
           "tag|labels|category|categories|vendor category|type|kategorie|kategorien|art|catégorie|categoría|categoria|"
           "categorie|schlagworte"),
    Target("contacts.name", "Contact", _CONTACT,
           "contact name|contact person|vendor contact|primary contact|main contact|key contact|account manager|"
           "ansprechpartner|kontakt|kontaktperson|personne de contact|interlocuteur|contacto|persona de contacto|"
           "contatto|referente|contactpersoon"),
    Target("contacts.email", "Contact e-mail", _CONTACT,
           "email|e-mail|mail|contact email|email address|vendor email|contact email address|e-mail-adresse|"
           "e-mail ansprechpartner|courriel|adresse email|correo|correo electrónico|e-mail contatto|e-mailadres"),
    Target("contacts.phone", "Contact telephone", _CONTACT,
           "phone|telephone|contact phone|phone number|tel|mobile|telefon|telefonnummer|téléphone|teléfono|telefono|"
           "telefoon"),
    Target("contacts.security", "Security contact (e-mail)", _CONTACT,
           "security contact|security email|security contact email|infosec contact|incident contact|breach contact|"
           "sicherheitskontakt|contact sécurité|contacto de seguridad"),
    Target("contracts.reference", "Contract", _CONTRACT,
           "contract id|contract number|contract no|contract reference|contract name|agreement|agreement id|po number|"
           "vertrag|vertragsnummer|vertragsnr|contrat|numéro de contrat|contrato|número de contrato|contratto|"
           "contractnummer"),
    Target("contracts.starts", "Contract start", _CONTRACT,
           "contract start date|start date|start|effective date|onboarded|onboarding date|since|contract date|signed|"
           "vertragsbeginn|beginn|seit|date de début|début|début du contrat|fecha de inicio|inicio|data inizio|inizio|"
           "startdatum|ingangsdatum|data de início"),
    Target("contracts.ends", "Contract end", _CONTRACT,
           "contract end date|end date|end|expiry|expiry date|expiration|expiration date|contract expiry|"
           "contract expiration|renewal|renewal date|next renewal|valid until|term end|vertragsende|ende|laufzeit bis|"
           "ablaufdatum|date de fin|fin|échéance|fecha de fin|vencimiento|data fine|scadenza|einddatum|data de término"),
    Target("contracts.notice_days", "Notice period (days)", _CONTRACT,
           "notice period|notice|notice days|termination notice|cancellation period|kündigungsfrist|préavis|preaviso|"
           "preavviso|opzegtermijn"),
    Target("contracts.value_per_year", "Contract value a year", _CONTRACT,
           "contract value|value|annual value|annual spend|spend|annual cost|cost|yearly cost|annual contract value|acv|"
           "price|budget|kosten|jahreskosten|vertragswert|kosten pro jahr|coût|coût annuel|montant|valeur|coste|"
           "coste anual|importe|costo|valore|bedrag"),
    Target("contracts.currency", "Currency", _CONTRACT, "ccy|contract currency|währung|waehrung|devise|moneda|valuta"),
    Target("contracts.breach_notice_hours", "Breach notice (hours)", _CONTRACT,
           "breach notice|breach notification|notification period|incident notification|breach notification hours|"
           "breach sla|meldefrist|délai de notification|plazo de notificación"),
    Target("contracts.dpa_signed", "Data processing agreement", _CONTRACT,
           "dpa|dpa signed|dpa in place|dpa status|data processing addendum|gdpr dpa|avv|av-vertrag|"
           "auftragsverarbeitungsvertrag|accord de traitement|contrato de encargo|verwerkersovereenkomst"),
    Target("contracts.right_to_audit", "Right to audit", _CONTRACT,
           "audit right|audit rights|audit clause|prüfrecht|auditrecht|droit d'audit|derecho de auditoría"),
    Target("contracts.liability_cap", "Liability cap", _CONTRACT,
           "liability|limitation of liability|haftung|haftungsgrenze|plafond de responsabilité|límite de responsabilidad"),
    Target("contracts.insurance", "Cyber insurance", _CONTRACT,
           "insurance|insurance cover|cyberversicherung|versicherung|assurance cyber|seguro"),
    Target("certificates.certificate", "Certificates", _PROOF,
           "certificate|certification|certifications|attestation|attestations|compliance|standards|assurance|"
           "zertifikat|zertifikate|zertifizierung|zertifizierungen|certificats|certificados|certificazioni|certificaten"),
    Target("certificates.expires", "Certificate valid until", _PROOF,
           "certificate expiry|certification expiry|certificate expiration|zertifikat gültig bis|certificat valable "
           "jusqu'au"),
    Target("flows.dataset", "Dataset (a registered one)", _DATA,
           "dataset|datasets|data set|data sets|datensatz|datenbestand|jeu de données|conjunto de datos"),
    Target("flows.people", "People in it", _DATA,
           "records|number of records|data subjects|number of data subjects|people|customers affected|volume|"
           "anzahl datensätze|betroffene|nombre de personnes|número de registros"),
    Target("flows.people_share", "Share of the people", _DATA, "share of records|share of customers|percentage|anteil"),
)  # fmt: skip

SUBPROCESSOR_COLUMNS: tuple[Target, ...] = (
    Target("vendors.name", "Name", "Sub-processor",
           "subprocessor|sub-processor|subprocessor name|sub-processor name|name of subprocessor|entity|entity name|"
           "third party|third-party service|vendor|vendor name|company|company name|provider|service provider|supplier|"
           "subcontractor|affiliate|legal entity|infrastructure provider|unterauftragsverarbeiter|subunternehmer|"
           "unterauftragnehmer|dienstleister|firma|sous-traitant|sous-traitant ultérieur|nom|société|subencargado|"
           "encargado|proveedor|nombre|sub-responsabile|responsabile|fornitore|nome|subverwerker|naam"),
    Target("flows.purpose", "Purpose", "Sub-processor",
           "service|services|description|purpose of processing|processing activity|processing activities|function|"
           "nature of processing|nature and purpose|use|activity|services provided|service provided|"
           "subject matter|zweck|leistung|tätigkeit|beschreibung|zweck der verarbeitung|finalité|objet|"
           "finalité du traitement|finalidad|propósito|servicio|finalità|scopo|doel|verwerking"),
    Target("vendors.country", "Country", "Sub-processor",
           "location|entity country|country of entity|headquarters|jurisdiction|corporate location|region|"
           "land|sitz|standort|ort|pays|localisation|siège|país|ubicación|paese|sede|locatie"),
    Target("flows.countries_processing", "Where it processes", "Sub-processor",
           "processing location|location of processing|data location|data centre location|data center location|"
           "hosting location|place of processing|processing country|verarbeitungsort|ort der verarbeitung|"
           "lieu de traitement|lugar de tratamiento|luogo del trattamento"),
    Target("flows.data", "Data", "Sub-processor",
           "data|data types|type of data|data processed|categories of data|data categories|personal data|"
           "personal data processed|types of personal data|categories of personal data|datenarten|daten|"
           "datenkategorien|art der daten|données|catégories de données|datos|categorías de datos|dati|"
           "categorie di dati|gegevens"),
    Target("flows.transfer_safeguard", "Transfer safeguard", "Sub-processor",
           "transfer mechanism|safeguards|transfer|legal mechanism|garantien|mécanisme de transfert|garanzie"),
    Target("vendors.domain", "Web domain", "Sub-processor", "domain|website|url|web|homepage|webseite|site web"),
    Target("vendors.legal_name", "Legal name", "Sub-processor", "registered name|full legal name|raison sociale"),
)  # fmt: skip
