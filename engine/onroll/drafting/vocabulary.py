"""What fields of people are called: the phrases that name each attribute, best first.

A phrase is written without separators, so that `workEmail`, `work_email` and `WORK-EMAIL` are one,
and in the singular. English first; then German, French, Spanish, Dutch and Italian where common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.drafting.words import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ASPECTS",
    "BLOCKED",
    "ENTITIES",
    "FORMS",
    "GENERIC",
    "MANAGER_PHRASES",
    "OTHERS",
    "PERSONAL",
    "PHRASES",
    "PRIVATE",
    "STATUS_PHRASES",
    "WORK",
    "WRAPPERS",
]

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    name: spelled(text)
    for name, text in {
        "id": (
            "id uuid guid gid accountid "
            "userid userguid useruuid employeeuuid personuuid workeruuid "
            "objectid associateoid oid eeid sysid recordid immutableid employeeid personid "
            "workerid memberid profileid resourceid contactid associateid staffid peopleid "
            "uid xrefcode nummer numero"
        ),
        "employee_number": (
            "employeenumber employeeno employeenum personnelnumber personnelno personnumber "
            "workernumber staffnumber payrollnumber payrollid employeecode staffcode "
            "personnelid personalnummer personalnr personeelsnummer mitarbeiternummer "
            "matricule numeroempleado legajo matricola medewerkernummer employeeidincompany "
            "empid empno employeeid workerid staffid badgenumber companyemployeeid externalid "
            "externalidorganization externalemployeeid associatenumber number"
        ),
        "email": (
            "workemail workemailaddress emailwork businessemail businessemailaddress "
            "companyemail corporateemail officialemail primaryemail primaryemailaddress "
            "primaryworkemail email emailaddress mail mailaddress emailuri emailid emailwerk "
            "werkemail electronicaddress emailprimary emailbusiness useremail contactemail "
            "correo correoelectronico courriel adressemail emailadresse epost posta smtp "
            "primarysmtpaddress emailpro emailprofessionnel loginemail dienstlicheemail "
            "emailadre correocorporativo"
        ),
        "alternate_email": (
            "personalemail personalemailaddress privateemail homeemail alternateemail "
            "alternateemailaddress alternativeemail secondaryemail secondemail otheremail "
            "otheremailaddress emailpersonal emailhome emailprivate emailalternate "
            "emailaddressalternate emailprive privatemail privateemailadresse correopersonal "
            "emailpersonnel recoveryemail priveemail"
        ),
        "username": (
            "username userprincipalname upn login loginid loginname samaccountname "
            "accountname signinname userlogin networkid networklogin adlogin uid benutzername "
            "anmeldename gebruikersnaam identifiant usuario nomutilisateur sso ssoid handle"
        ),
        "first_name": (
            "firstname givenname forename fname namefirst legalfirstname firstnamelegal "
            "namegiven vorname prenom nombre roepnaam voornaam nome imie fornavn fornamn "
            "firstgivenname gn rufname"
        ),
        "middle_name": (
            "middlename middlenames middleinitial namemiddle secondname othername mi "
            "additionalname zweitervorname deuxiemeprenom segundonombre initial"
        ),
        "last_name": (
            "lastname surname familyname familyname1 lname namelast legallastname namefamily "
            "sn nachname familienname nom nomdefamille apellido apellidos achternaam "
            "geboortenaam cognome nazwisko sobrenome etternavn efternamn primerapellido "
            "nomfamille namefamily1"
        ),
        "display_name": (
            "displayname fullname formattedname defaultfullname name completename "
            "nameformatted namefull namedisplay commonname cn realname personname "
            "employeename workername anzeigename vollstandigername nomcomplet nombrecompleto "
            "volledigenaam nomecompleto label nameformat legalname fullnamedisplay "
            "preferredfullname"
        ),
        "preferred_name": (
            "preferredname preferrednamegivenname preferrednamefirstname preferredfirstname "
            "preferredgivenname knownas nickname goesby namepreferred callname callingname "
            "preferrednamefirst preferrednamegiven preferredgiven preferredfirst "
            "preferredcommonname spitzname surnom apodo namenick alias"
        ),
        "job_title": (
            "jobtitle businesstitle positiontitle title position jobrole jobname positionname "
            "roletitle designation jobposition currentposition occupation job jobprofile "
            "jobposting worktitle functie funktion functietitel functieomschrijving stelle "
            "stellenbezeichnung berufsbezeichnung puesto cargo poste intitulepost fonction "
            "ruolo mansione titrepost intituleposte jobdescription titleoffical headline "
            "jobtitlename"
        ),
        "department": (
            "department dept departmentname homedepartment abteilung afdeling departement "
            "departamento service dipartimento reparto orgunit organizationalunit "
            "organisationalunit organizationunit organisatorischeeenheid organisationseinheit"
        ),
        "division": (
            "division divisionname businessunit bu bereich geschaftsbereich direction divisie "
            "geschaeftsbereich sector pole"
        ),
        "team": "team teamname squad workgroup equipe equipo mannschaft",
        "company": (
            "company companyname legalentity legalentityname legalemployer subcompany "
            "employer employername organization organisation organizationname legalcompany "
            "companylegalname entity entityname gesellschaft firma unternehmen mandant "
            "societe entreprise empresa bedrijf werkgever azienda clientlegalentity "
            "subsidiary paygroup"
        ),
        "cost_center": (
            "costcenter costcentre costcentername costcenter1 kostenstelle kostenplaat "
            "kostenplaats centredecout centrecout centrodecosto centrocosto centrodicosto"
        ),
        "employee_type": (
            "employeetype employmenttype workertype persontype contracttype hiringtype "
            "employeecategory employmentcategory typecontract contracttypename "
            "employmentclass employeeclass jobtype typeofemployment engagementtype "
            "staffcategory employmentform vertragsart beschaftigungsart anstellungsart "
            "dienstverband typecontrat typedecontrat contrat tipocontrato tipodecontrato "
            "contratto workclass payclass employmentstatus currentemploymentstatus "
            "employmenthistorystatus workingtimetype workschedule usertype"
        ),
        "location": (
            "location worklocation officelocation office workplace worksite site locationname "
            "officename homeworklocation primaryworklocation branch primarylocation "
            "businesslocation standort niederlassung buro arbeitsort lieu lieudetravail "
            "etablissement ubicacion centrodetrabajo oficina sede vestiging locatie kantoor "
            "standplaats addressworklocality addressworkcity workaddresscity ort"
        ),
        "phone": (
            "workphone workphonenumber businessphone businessphonenumber officephone "
            "officephonenumber formattedphonenumber phonework phonebusiness phonenumberwork "
            "businessphonework phone phonenumber telephone telephonenumber tel primaryphone "
            "landline businesslandline directphone phonenumberformatted telefon telefonnummer "
            "telefonnrwerk telefoon telefoonnummer telefoonnrwerk telefono telephonefixe "
            "contactnumber phoneprimary phoneoffice officedirectdial workdirectline"
        ),
        "mobile": (
            "mobile mobilephone mobilephonenumber mobilenumber workmobile workmobilephone "
            "businessmobile phonemobile phonenumbermobile phonebusinessmobile cell cellphone "
            "cellphonenumber cellular handy handynummer mobiltelefon mobil mobielnrwerk "
            "mobiel gsm movil portable cellulare phonecell mobileno telephoneportable"
        ),
        "hire_date": (
            "hiredate employmentstartdate startdate hiredat hiredon dateofjoining joiningdate "
            "joindate joinedat joinedon joineddate dateofhire hiringdate lasthiredate "
            "employmentstart startedat startedon startday firstday firstworkingday "
            "firstdayofwork originalhiredate originalstartdate rehiredate recenthiredate "
            "mosthiredate effectivehiredate servicedate seniority servicestartdate "
            "companystartdate workstartdate contractstartdate entrydate startingdate "
            "begindate hired provisionalstartdate contractstart contractfrom firstcontractdate "
            "dateemployment employmentdate senioritydate eintrittsdatum eintritt einstellungsdatum "
            "dateembauche datedembauche dateentree fechaalta fechadealta fechaingreso "
            "fechadeingreso fechadecontratacion fechacontratacion indiensttreding "
            "datumindienst indienstdatum begindatumcontract begindatum startdatum "
            "dataassunzione employedsince"
        ),
        "termination_date": (
            "terminationdate employmentenddate enddate terminatedat terminatedon leavingdate "
            "leavedate dateofleaving exitdate dateofexit companyexitdate lastday "
            "lastworkingday lastdayofwork lastemploymentdate departuredate dateofdeparture "
            "dateleft leftat lefton offboardingdate separationdate dateoftermination "
            "enddateactual quitdate terminationeffectivedate employmentend endedat endedon "
            "resignationdate contractenddate contractend dateemploymentend relievingdate "
            "employmentleftdate employmentleavingdate leftdate leaverdate austrittsdatum austritt "
            "datesortie datedesortie datedepart fechabaja fechadebaja fechasalida "
            "uitdiensttreding datumuitdienst uitdienstdatum einddatumcontract einddatum "
            "datacessazione datafine"
        ),
        "created_at": (
            "createdat createdon created creationtime createddate datecreated createdtime "
            "createdtimestamp createddatetime creationdate creationtimestamp datetimecreated "
            "insertedat registereddate registeredat registration metacreated addedtime "
            "timecreated createtime whencreated erstelltam"
        ),
        "updated_at": (
            "updatedat updatedon updated lastupdated lastmodified lastmodifiedat modifiedat "
            "modifiedon modified modifiedtime lastmodifieddatetime lastmodifieddate "
            "modifieddate updateddate dateupdated lastupdate lastupdateat lastupdatedate "
            "lastchanged changedat datetimechanged metalastmodified updatetime timeupdated "
            "whenchanged lastupdatedat geandertam updatedtime"
        ),
        "roles": (
            "rolename roledisplay role userrole accessrole securityrole permissionrole "
            "roleslug rolle"
        ),
        "groups": "groupname groupdisplay groupdisplayname grouptitle group usergroup membership",
        "locale": (
            "locale language preferredlanguage lang userlocale languagecode defaultlocale "
            "preferredlocale culture sprache langue idioma taal languagepreferred"
        ),
        "time_zone": (
            "timezone ianatimezone timezonename tz usertimezone zoneinfo timezoneid zeitzone "
            "timezoneiana"
        ),
        "address": "workaddress officeaddress businessaddress addresswork addressoffice",
    }.items()
}

STATUS_PHRASES: Final = (
    *spelled(
        "employmentstatus employeestatus workerstatus personstatus userstatus "
        "accountstatus status lifecyclestatus lifecyclestate lifecyclestage memberstatus "
        "profilestatus employmentstate statuscode userstate accountstate state "
        "employeestate currentstatus hiringstatus employmentlifecyclestage "
        "employmentstatusgroup statusname recordstatus workstatus beschaftigungsstatus "
        "statut estado situacion stato medewerkerstatus"
    ),
)

#: The key that holds the manager, or begins what says who it is.
MANAGER_PHRASES: Final = frozenset(
    spelled(
        "manager linemanager directmanager supervisor directsupervisor reportsto reportto "
        "reportingto reportingmanager managedby boss teamlead superior "
        "immediatesupervisor primarymanager employeemanager vorgesetzter vorgesetzte "
        "fuhrungskraft fuehrungskraft leidinggevende responsable responsablehierarchique "
        "jefe superieur responsabile lineleader currentmanager reportstoemployee chef "
        "relationmanager persoonsnummerleidinggevende managersupervisor"
    )
)

#: Words that only wrap a value.
WRAPPERS: Final = frozenset(
    spelled("value attribute attr item data property prop node edge entry element")
)

#: Words that wrap, or say no more than that it is about the person.
PERSONAL: Final = WRAPPERS | frozenset(
    spelled(
        "field info information detail profile person personal people user employee "
        "worker staff member associate record contact object result root general basic main core "
        "common content current latest human readable public about identity essential "
        "individual list collection legal formatted full demographic primary the"
    )
)

#: Words that say which side of the person it is about; what follows may be about that instead.
ASPECTS: Final = frozenset(
    spelled(
        "employment job work assignment communication resource hr position org "
        "organizational organisational organization home name relationship internal "
        "external custom business my contract account date default lifecycle meta "
        "metadata extension enterprise address email mail phone telephone mobile landline "
        "number workplace link unit dt"
    )
)

#: Phrases that name the person only where nothing but PERSONAL words stands before them.
GENERIC: Final = frozenset(
    spelled(
        "id uuid guid oid uid objectid recordid name label number alias createdat created "
        "updatedat updated modifiedat lastmodified createdon updatedon createddate "
        "updateddate state"
    )
)

#: Words at the end that say in which form a value stands, and what that costs.
FORMS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("name", "title", "display", "label", "descriptor"), 0),
    **dict.fromkeys(("datetime", "timestamp"), 1),
    **dict.fromkeys(("description", "text", "string", "omschrijving", "bezeichnung"), 1),
    **dict.fromkeys(("long", "full", "formatted", "legal", "human", "readable"), 1),
    **dict.fromkeys(("short", "iso", "current", "tag"), 2),
    **dict.fromkeys(("email", "address", "uri", "phone"), 3),
    **dict.fromkeys(("city", "locality"), 5),
    **dict.fromkeys(("ref", "code", "slug", "key", "number"), 8),
    "type": 40,
}

#: A part of the record that is another thing than the person; its own attributes are not theirs.
ENTITIES: Final = frozenset(
    spelled(
        "department dept division team company organization organisation location office "
        "site country entity cost center costcenter workplace workspace role group"
    )
)

#: Put behind the words of a key that holds a list of people.
OTHERS: Final = "others"
#: Words of keys that hold other people, or what is no part of a person's place at work.
BLOCKED: Final = {OTHERS} | frozenset(
    spelled(
        "emergency spouse partner dependent child children beneficiary relative kin "
        "parent bank iban bic salary compensation pay tax ssn passport visa birth "
        "birthday dob gender marital religion ethnicity veteran disability recruiter "
        "buddy mentor creator author owner approver createdby updatedby modifiedby "
        "referrer avatar picture photo image thumbnail url href etag verified confirmed "
        "verification previous former prior report delegate backup assistant secretary "
        "reviewer customer vendor supplier holiday vacation absence probation password "
        "secret token session ip signature note bio by manager supervisor"
    )
)

#: Words that say whether an address or number is that of the work, or private.
WORK: Final = frozenset(
    spelled(
        "work business company corporate office official professional werk pro "
        "professionnel dienstlich organization"
    )
)
PRIVATE: Final = frozenset(
    spelled(
        "personal private home alternate alternative secondary second other prive privat "
        "particulier perso personnel recovery former old"
    )
)
