"""What people call the columns of a list of staff, in the languages our users' HR systems speak."""

FULL_NAME = "full_name"
"""First and last name in one column, ``Ana Novak`` or ``Novak, Ana``."""

SYNONYMS: dict[str, str] = {
    "external_id": """
        external id, external code, mapping code, id, code, employee id, employee no, employee number, employee code,
        personnel number, personnel no, staff id, staff number, payroll number, person id, hr id, worker id, badge,
        personalnummer, mitarbeiternummer, mitarbeiter nr, personal nr, pers nr, matricule, numero matricule, id
        salarie, numero employe, numero de empleado, id empleado, codigo empleado, matricola, codice dipendente, id
        dipendente, kadrovska stevilka, maticna stevilka, sifra zaposlenega, sifra delavca, sifra, maticni broj, sifra
        radnika, personeelsnummer, medewerkernummer, matricula, numero de funcionario, numer pracownika, numer kadrowy,
        nr ewidencyjny
    """,
    "username": """
        username, user name, login, login name, account, user id, benutzername, benutzer, anmeldename, identifiant, nom
        d utilisateur, usuario, nombre de usuario, nome utente, utente, uporabnisko ime, uporabnik, korisnicko ime,
        gebruikersnaam, utilizador, nome de usuario, nazwa uzytkownika, uzytkownik
    """,
    "email": """
        email, e mail, mail, email address, e mail address, work email, business email, company email, email work, e
        mail adresse, mailadresse, courriel, adresse electronique, adresse e mail, adresse mail, correo, correo
        electronico, posta elettronica, indirizzo email, indirizzo e mail,
        indirizzo mail, e posta, eposta, elektronska posta, elektronski naslov, e
        naslov, elektronicka posta, e mailadres, endereco de email, adres e mail, adres email, poczta
    """,
    "first_name": """
        first name, firstname, given name, given names, forename, vorname, prenom, prenoms, nombre, nombres, nome, ime,
        voornaam, primeiro nome, imie
    """,
    "last_name": """
        last name, lastname, surname, family name, nachname, familienname, nom, nom de famille, apellido, apellidos,
        cognome, priimek, prezime, achternaam, sobrenome, apelido, nazwisko
    """,
    FULL_NAME: """
        full name, fullname, name, employee name, employee, display name, name surname, surname and name, mitarbeiter,
        vollstandiger name, nom complet, nom prenom, nom et prenom, prenom nom, nombre completo, nombre y apellidos,
        nominativo, nome e cognome, nome completo, ime in priimek, priimek in ime, ime i prezime, prezime i ime,
        volledige naam, naam, imie i nazwisko
    """,
    "phone": """
        phone, phone number, telephone, tel, work phone, office phone, business phone, telefon, telefonnummer, telephone
        fixe, telefono, telefono fijo, telefonska stevilka, broj telefona, telefoon, telefoonnummer, telefone, numer
        telefonu
    """,
    "mobile": """
        mobile, mobile phone, mobile number, cell, cell phone, cellphone, handy, mobiltelefon, mobil, handynummer,
        portable, telephone portable, telephone mobile, movil, telefono movil, celular, cellulare, telefono cellulare,
        mobilni telefon, gsm, mobitel, mobiel, telemovel, telefon komorkowy, komorka
    """,
    "birth_date": """
        birth date, birthdate, date of birth, birthday, dob, born, geburtsdatum, geboren am, date de naissance, fecha de
        nacimiento, data di nascita, datum rojstva, rojstni datum, datum rodenja, geboortedatum, data de nascimento,
        data urodzenia
    """,
    "language": """
        language, lang, locale, preferred language, sprache, langue, idioma, lingua, jezik, taal, jezyk
    """,
    "time_zone": """
        time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, fuso orario, casovni pas, tijdzone
    """,
    "country": """
        country, country code, nation, land, pays, pais, paese, nazione, drzava, zemlja, kraj
    """,
    "company": """
        company, employer, organisation, organization, firm, contractor, legal entity, firma, unternehmen, gesellschaft,
        arbeitgeber, societe, entreprise, empresa, azienda, societa, podjetje, delodajalec, tvrtka, poduzece, bedrijf,
        werkgever, spolka
    """,
    "cost_center": """
        cost center, cost centre, costcenter, cost code, kostenstelle, centre de couts, centre de cout, centro de coste,
        centro de costos, centro di costo, stroskovno mesto, mjesto troska, kostenplaats, centro de custo, mpk
    """,
    "active": """
        active, is active, status, enabled, aktiv, actif, statut, activo, estado, attivo, stato, aktiven, aktivna,
        stanje, aktivan, actief, ativo, aktywny
    """,
    "group": """
        group, department, dept, unit, org unit, organisational unit, organizational unit, organisation unit, business
        unit, branch, division, team, branch mapping code, department code, abteilung, bereich, organisationseinheit,
        service, departement, unite, direction, equipe, departamento, unidad, area, seccion, reparto, dipartimento,
        unita organizzativa, ufficio, oddelek, organizacijska enota, enota, sektor, odjel, organizacijska jedinica,
        afdeling, setor, dzial, jednostka
    """,
    "location": """
        location, site, place, plant, work location, office, office location, location mapping code, city, standort,
        ort, werk, arbeitsort, site de travail, lieu, lieu de travail, etablissement, ubicacion, sede, centro de
        trabajo, localita, stabilimento, lokacija, kraj dela, mesto dela, mjesto rada, locatie, vestiging, local,
        localizacao, lokalizacja
    """,
    "workplace": """
        workplace, job, job title, position, function, occupation, workplace mapping code, stelle, position titel,
        arbeitsplatz, beruf, tatigkeit, funktion, poste, poste de travail, fonction, emploi, metier, puesto, puesto de
        trabajo, cargo, mansione, posizione, ruolo aziendale, delovno mesto, delovno mesto naziv, radno mjesto, functie,
        functietitel, funcao, stanowisko
    """,
    "roles": """
        role, roles, user role, system role, access role, rolle, rollen, roles utilisateur, rol, ruoli, vloga, vloge
    """,
}
"""Names of each field, without accents and in lower case, separated by commas."""

YES = """
    yes y true 1 x active enabled employed ja aktiv oui actif si attivo activo da aktiven aktivan tak sim ativo actief
"""
NO = """
    no n false 0 inactive disabled left terminated nein inaktiv non inactif inattivo inactivo ne neaktiven neaktivan nie
    nao inativo nee inactief
"""
"""What stands in the column of active people."""
