package config

// The mistakes that people make, and what each is told: YAML, place, words.

var yamlMistakes = []mistake{
	{"an empty document", "^# nothing\n", nil, []string{
		`the document is empty: write company, calendars, contracts, customers, teams, people`,
	}},
	{"a colon too many", "company:\n  ^name: a: b\n", nil, []string{
		`a colon stands where no key can begin: write one key a line, indented like its neighbours, and quotation marks around a text that holds a colon`,
	}},
	{"a key that is indented too far", "company:\n  name: a\n   ^language: es\nlisten: x\n", nil, []string{
		`a colon stands where no key can begin: write one key a line, indented like its neighbours, and quotation marks around a text that holds a colon`,
	}},
	{"a key that is indented too little", "company:\n  name: a\n ^language: es\nlisten: x\n", nil, []string{
		`something else was expected here: look at this line and the one before: indentation, a space after each colon, quotation marks and brackets in pairs`,
	}},
	{"a bracket that is not closed", "company:\n  ^name: [a\n  language: es\nlisten: x\n", nil, []string{
		`a bracket is not closed, or a comma is missing in it: close it`,
	}},
	{"a brace that is not closed, after a list over several lines", "kb:\n  sources: [\n    a,\n    b,\n  ]\n^company: {name: a, language: es\nlisten: x\n", nil, []string{
		`a bracket is not closed, or a comma is missing in it: close it`,
	}},
	{"a quotation mark that is not closed", "company:\n  ^name: \"a\n  language: es\nlisten: x\n", nil, []string{
		`a quotation mark is not closed: close it`,
	}},
	{"an apostrophe within apostrophes", "company:\n  name: a\n  ^language: 'it's'\nlisten: x\n", nil, []string{
		`something else was expected here: look at this line and the one before: indentation, a space after each colon, quotation marks and brackets in pairs`,
	}},
	{"a value that begins with an at sign", "company:\n  ^name: @a\nlisten: x\n", nil, []string{
		`a value begins with a sign that YAML keeps for itself: write the value between quotation marks`,
	}},
	{"a key without a colon", "company:\n  name: a\n  ^language\n  timezone: UTC\n", nil, []string{
		`a key has no colon: write key: value`,
	}},
	{"an alias of nothing", "company:\n  ^name: *acme\n", nil, []string{
		`an alias * names nothing: write the values out where they are needed`,
	}},
	{"a tag that is not closed", "company:\n  ^name: !<tag:a b\n", nil, []string{
		`this is not YAML (did not find the expected '>'): look at this line and the one before: indentation, a space after each colon, quotation marks and brackets in pairs`,
	}},
	{"a text in Latin-1", "company:\n  ^name: Espa\xf1a\n", nil, []string{
		`the file is not text in UTF-8: save it as plain text in UTF-8`,
	}},
	{"a control character", "company:\n  ^name: a\x01\n", nil, []string{
		`the file holds a control character: save it as plain text in UTF-8`,
	}},
	{"a tab in the indentation", "company:\n^\tname: Sereno\n", nil, []string{
		`the line is indented with a tab: indent with spaces`,
	}},
	{"two documents in the file", "", []edit{{"", "^---\ncompany: {}\n"}}, []string{
		`a second document begins here: remove the line --- and what follows it`,
	}},
	{"a list instead of the document", "^- company\n", nil, []string{
		`a group of keys belongs here, not a list: write company: {name: Sereno S.A., language: es, timezone: America/Argentina/Buenos_Aires}`,
	}},
	{"every part that is needed is missing", "^^^^^^store: sereno.db\n", nil, []string{
		`company is missing: write company: {name: Sereno S.A., language: es, timezone: America/Argentina/Buenos_Aires}`,
		`calendars is missing: write calendars: {always: {timezone: UTC, hours: {mon-sun: ['00:00-24:00']}}}`,
		`contracts is missing: write contracts: {gold: {levels: {…}}}`,
		`customers is missing: write customers: {acme: {contract: gold, team: payments, channels: {…}}}`,
		`teams is missing: write teams: {payments: {channels: {…}, agents: [ana]}}`,
		`people is missing: write people: {ana: {name: Ana}}`,
	}},
	{"an alias that contains itself", "", []edit{{"", "kb: ^&loop {sources: *loop}\n"}}, []string{
		`the alias contains itself: write the values out where they are needed`,
	}},
	{"a merge key", "", []edit{{"  always: {", "  night: {^<<: {timezone: UTC}, timezone: UTC, hours: {mon: [\"22:00-06:00\"]}}\n  always: {"}}, []string{
		`calendars.night: the key << is not read: write the values out where they are needed`,
	}},
	{"a key that is a list", "", []edit{{"", "quality: {^[a]: b}\n"}}, []string{
		`quality: the key is not a text: write a name`,
	}},
	{"a mistyped key", "", []edit{{"    contract: gold\n", "    ^contrat: gold\n"}}, []string{
		`customers.acme: there is no key "contrat" here: did you mean "contract"?`,
	}},
	{"a key that is like no other", "", []edit{{"", "incidents: {^zzz: 1}\n"}}, []string{
		`incidents: there is no key "zzz" here: write one of group_within, close_after, reactions, relay, reply_mode_for`,
	}},
	{"a key twice", "", []edit{{"    team: payments\n", "    team: payments\n    ^team: platform\n"}}, []string{
		`customers.acme: the key "team" is written twice, first in line 20, column 5: keep one of the two`,
	}},
	{"a person twice", "", []edit{{"  luis: {}\n", "  luis: {}\n  ^ana: {}\n"}}, []string{
		`people: the key "ana" is written twice, first in line 41, column 3: keep one of the two`,
	}},
	{"a key without a value", "", []edit{{"    lead: diego\n", "    lead:^\n"}}, []string{
		`teams.payments.lead: it has no value: write lead: diego, or remove the key`,
	}},
	{"an empty text", "", []edit{{"{name: Maria}", `{name: ^""}`}}, []string{
		`people.maria.name: it has no value: write a text`,
	}},
	{"a text instead of a list", "", []edit{{"contacts: [maria]", "contacts: ^maria"}}, []string{
		`customers.acme.contacts: a list belongs here, not a text: write [maria]`,
	}},
	{"a group instead of a list", "", []edit{{"agents: [sofia]", "agents: ^{sofia: x}"}}, []string{
		`teams.platform.agents: a list belongs here, not a group of keys: write a list in brackets: [a, b]`,
	}},
	{"a list instead of a text", "", []edit{{"lead: diego", "lead: ^[diego]"}}, []string{
		`teams.payments.lead: a text belongs here, not a list: write a text`,
	}},
	{"nothing instead of a group", "", []edit{{"  luis: {}", "  luis:^"}}, []string{
		`people.luis: a group of keys belongs here, not an empty value: write name: Ana`,
	}},
	{"a name with a space", "", []edit{{"  luis: {}\n", "  luis: {}\n  ^juan perez: {}\n"}}, []string{
		`people: "juan perez" cannot be a name: write letters, digits, dashes, dots and underscores, at most 64, without spaces`,
	}},
	{"a reference in the company's part", "", []edit{{"name: Sereno S.A.", "name: ^'${NAME}'"}}, []string{
		`company.name: "${NAME}": references are read in store, listen, kb, heartbeat, assistant and the platforms' settings only: write the value itself`,
	}},
	{"a language that is not spoken here", "", []edit{{"language: es", "language: ^fr"}}, []string{
		`company.language: "fr" is not a language: write one of es, en`,
	}},
	{"a language by its name", "", []edit{{"language: es", "language: ^español"}}, []string{
		`company.language: "español" is not a language: did you mean "es"?`,
	}},
	{"a time zone by its city", "", []edit{{"timezone: America/Argentina/Buenos_Aires}", "timezone: ^Buenos Aires}"}}, []string{
		`company.timezone: "Buenos Aires" is not a time zone: did you mean "America/Argentina/Buenos_Aires"?`,
	}},
	{"a mistyped time zone", "", []edit{{"timezone: UTC", "timezone: ^America/New_Yrok"}}, []string{
		`calendars.always.timezone: "America/New_Yrok" is not a time zone: did you mean "America/New_York"?`,
	}},
	{"the machine's time zone", "", []edit{{"timezone: UTC", "timezone: ^Local"}}, []string{
		`calendars.always.timezone: "Local" is not a time zone: write an IANA name such as America/Argentina/Buenos_Aires`,
	}},
}

var calendarMistakes = []mistake{
	{"an interval that ends when it begins", "", []edit{{`"09:00-18:00"`, `^"09:00-09:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "09:00-09:00" ends when it begins: write 00:00-24:00 for a whole day`,
	}},
	{"an interval that begins at the day's end", "", []edit{{`"09:00-18:00"`, `^"24:00-06:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "24:00-06:00" begins when its day has ended: write 00:00-06:00`,
	}},
	{"an hour that no clock shows", "", []edit{{`"09:00-18:00"`, `^"09:00-25:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "09:00-25:00": there is no such hour: write an interval such as 09:00-18:00`,
	}},
	{"an interval in other words", "", []edit{{`"09:00-18:00"`, `^9 to 18`}}, []string{
		`calendars.office.hours.mon-fri[0]: "9 to 18" is not an interval of hours: write an interval such as 09:00-18:00`,
	}},
	{"intervals that overlap", "", []edit{{`"09:00-18:00"`, `"09:00-14:00", ^"13:00-18:00"`}}, []string{
		`calendars.office.hours.mon-fri[1]: "13:00-18:00" overlaps "09:00-14:00" of line 5, column 23: make one interval of both, or separate them`,
	}},
	{"a night that goes into the next morning's hours", "", []edit{{`{mon-fri: ["09:00-18:00"]}`, `{mon: ["22:00-06:00"], tue: [^"05:00-09:00"]}`}}, []string{
		`calendars.office.hours.tue[0]: "05:00-09:00" overlaps "22:00-06:00" of line 5, column 19: make one interval of both, or separate them`,
	}},
	{"hours for a day that does not exist", "", []edit{{`{mon-fri: ["09:00-18:00"]}`, `{mon-thu: ["09:00-18:00"], ^freitag: ["09:00-15:00"]}`}}, []string{
		`calendars.office.hours: "freitag" is not a day of the week: write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri`,
	}},
	{"hours twice for one day", "", []edit{{`{mon-fri: ["09:00-18:00"]}`, `{mon-fri: ["09:00-18:00"], ^fri: ["09:00-15:00"]}`}}, []string{
		`calendars.office.hours: fri has hours already, in line 5, column 13: keep one of the two`,
	}},
	{"no hours at all", "", []edit{
		{"  office:\n", "  ^office:\n"},
		{`{mon-fri: ["09:00-18:00"]}`, `{mon-fri: []}`},
	}, []string{
		`calendars.office: the calendar has no business hours at all: write hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"a season that closes every day of the year", "", []edit{
		{"  office:\n", "  ^office:\n"},
		{`    holidays: ["12-25"]`, `    seasons: [{from: "01-01", to: "12-31", hours: {tue: []}}]`},
	}, []string{
		`calendars.office: the calendar never opens while this is in force: its seasons, its holidays of every year and its week leave no day open again and again: leave some days of every year open, as with hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"a calendar whose only day is past or single", "", []edit{
		{"  office:\n", "  ^office:\n"},
		{`{mon-fri: ["09:00-18:00"]}`, `{mon: []}`},
		{`    holidays: ["12-25"]`, `    exceptions: {"2020-01-06": ["09:00-18:00"]}`},
	}, []string{
		`calendars.office: the calendar never opens while this is in force: its seasons, its holidays of every year and its week leave no day open again and again: leave some days of every year open, as with hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"a version that closes for good", "", []edit{{`    holidays: ["12-25"]`, `    versions: [^{from: 2026-12-01, seasons: [{from: "01-01", to: "12-31", hours: {mon: []}}]}]`}}, []string{
		`calendars.office.versions[0]: the calendar never opens while this is in force: its seasons, its holidays of every year and its week leave no day open again and again: leave some days of every year open, as with hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"a date that does not exist", "", []edit{{`["12-25"]`, `["12-25", ^"02-30", ^2026-02-29]`}}, []string{
		`calendars.office.holidays[1]: there is no date "02-30": write 2026-11-23 for one date, 12-25 for every year`,
		`calendars.office.holidays[2]: there is no date "2026-02-29": write 2026-11-23 for one date, 12-25 for every year`,
	}},
	{"a date in another order", "", []edit{{`["12-25"]`, `[^25/12/2026]`}}, []string{
		`calendars.office.holidays[0]: "25/12/2026" is not a date: write 2026-11-23 for one date, 12-25 for every year`,
	}},
	{"a holiday twice", "", []edit{{`["12-25"]`, `["12-25", "2026-11-23", ^"2026-11-23", ^"2027-12-25", "2027-05-01", ^"05-01"]`}}, []string{
		`calendars.office.holidays[2]: the holiday "2026-11-23" is listed already, in line 6, column 25: keep one of the two`,
		`calendars.office.holidays[3]: the holiday "2027-12-25" is listed already, in line 6, column 16: keep one of the two`,
		`calendars.office.holidays[5]: the holiday "05-01" is listed already, in line 6, column 67: keep one of the two`,
	}},
	{"an exception on no date", "", []edit{{`    holidays: ["12-25"]`, `    exceptions: {^"24/12": ["09:00-13:00"]}`}}, []string{
		`calendars.office.exceptions: "24/12" is not a date: write 2026-11-23 for one date, 12-25 for every year`,
	}},
	{"an exception of every year with hours that overlap", "", []edit{{`    holidays: ["12-25"]`, `    exceptions: {"12-24": ["09:00-13:00", ^"12:00-14:00"]}`}}, []string{
		`calendars.office.exceptions.12-24[1]: "12:00-14:00" overlaps "09:00-13:00" of line 6, column 28: make one interval of both, or separate them`,
	}},
	{"a region that is not known", "", []edit{{`["12-25"]`, `["12-25", {region: ^ar}, {region: ^ES-AN}, {region: ^UK}, {region: ^Argentina}, {region: ^XX}]`}}, []string{
		`calendars.office.holidays[1].region: "ar" is not a region whose holidays are known: did you mean "AR"?`,
		`calendars.office.holidays[2].region: "ES-AN" is not a region whose holidays are known: write ES and the dates of that part beside it`,
		`calendars.office.holidays[3].region: "UK" is not a region whose holidays are known: did you mean "GB"?`,
		`calendars.office.holidays[4].region: "Argentina" is not a region whose holidays are known: did you mean "AR"?`,
		`calendars.office.holidays[5].region: "XX" is not a region whose holidays are known: see docs/configuration.md`,
	}},
	{"holidays of nobody, and of two at once", "", []edit{{`["12-25"]`, `[^{except: [12-25]}, ^{region: AR, ical: holidays.ics}]`}}, []string{
		`calendars.office.holidays[0]: holidays are of a region or of a file: write {region: AR} or {ical: holidays.ics}`,
		`calendars.office.holidays[1]: holidays are of a region or of a file: write {region: AR} or {ical: holidays.ics}`,
	}},
	{"a holiday that is worked and is none", "", []edit{{`["12-25"]`, `[{region: AR, except: [2026-12-08, ^2026-12-09, ^08-18]}]`}}, []string{
		`calendars.office.holidays[0].except[1]: "2026-12-09" is not a holiday of "AR": remove it`,
		`calendars.office.holidays[0].except[2]: "08-18" is not a holiday of "AR": remove it`,
	}},
	{"files that hold no holidays", "", []edit{{`["12-25"]`, `[{ical: ^testdata/none.ics}, {ical: ^testdata}, {ical: ^testdata/wrong.ics}, {ical: ^testdata/nothing.ics}]`}}, []string{
		`calendars.office.holidays[0].ical: the holidays of "testdata/none.ics" cannot be read (there is no such file): write the path of an iCalendar file, relative to this file's folder`,
		`calendars.office.holidays[1].ical: the holidays of "testdata" cannot be read (it is not a regular file, or too large): write the path of an iCalendar file, relative to this file's folder`,
		`calendars.office.holidays[2].ical: the holidays of "testdata/wrong.ics" cannot be read (line 5: "2026" is not a time: write 20261225 for a day, 20261225T090000Z for an instant): write the path of an iCalendar file, relative to this file's folder`,
		`calendars.office.holidays[3].ical: "testdata/nothing.ics" holds no event of whole days from 2015 to 2050: write the path of an iCalendar file, relative to this file's folder`,
	}},
	{"calendars of people that cannot be read", "", []edit{
		{"  luis: {}", "  luis: {away: {ical: ^testdata/none.ics}}"},
		{"  sofia: {}", "  sofia: {away: {ical: ^testdata/marked.ics, words: [a, ^[b]]}}"},
		{"  diego: {roles: [lead]}", "  diego: {roles: [lead], away: ^calendar.ics}"},
	}, []string{
		`people.luis.away.ical: the calendar "testdata/none.ics" cannot be read (there is no such file): write the path of an iCalendar file, relative to this file's folder`,
		`people.sofia.away.ical: the calendar "testdata/marked.ics" cannot be read (line 5: "Argentina Standard Time" is not a time zone of the IANA database: write one suc…): write the path of an iCalendar file, relative to this file's folder`,
		`people.sofia.away.words[1]: a text belongs here, not a list: write a text`,
		`people.diego.away: a group of keys belongs here, not a text: write ical: ana.ics`,
	}},
	{"a version without any hours", "", []edit{{`    holidays: ["12-25"]`, `    versions: [^{from: 2028-01-01, hours: {}}]`}}, []string{
		`calendars.office.versions[0]: the calendar has no business hours at all: write hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"versions of a calendar with mistakes", "", []edit{{`    holidays: ["12-25"]`, `    versions: [{from: 2027-01-01, hours: {mon: ["09:00-12:00", ^"11:00-13:00"]}}, {from: 2028-01-01, hours: {}}, {from: ^2027-06-01}]`}}, []string{
		`calendars.office.versions[0].hours.mon[1]: "11:00-13:00" overlaps "09:00-12:00" of line 6, column 49: make one interval of both, or separate them`,
		`calendars.office.versions[2].from: the version of "2027-06-01" does not come after that of "2028-01-01", in line 6, column 89: put the versions in the order of their dates, one for each date`,
	}},
	{"an exception twice, written in two ways", "", []edit{{`    holidays: ["12-25"]`, `    exceptions: {2026-03-01: [], ^2026-3-1: []}`}}, []string{
		`calendars.office.exceptions: the key "2026-3-1" is written twice, first in line 6, column 18: keep one of the two`,
	}},
	{"an exception that goes into the next day's hours", "", []edit{{`    holidays: ["12-25"]`, `    exceptions: {"2026-12-24": [^"20:00-10:00"]}`}}, []string{
		`calendars.office.exceptions.2026-12-24[0]: "20:00-10:00" overlaps "09:00-18:00" of line 5, column 23: make one interval of both, or separate them`,
	}},
	{"seasons that share days", "", []edit{{`    holidays: ["12-25"]`, `    seasons: [{from: 12-15, to: 01-31, hours: {mon: ["08:00-12:00"]}}, ^{from: 01-31, to: 02-10, hours: {mon: ["08:00-12:00"]}}]`}}, []string{
		`calendars.office.seasons[1]: the season shares days with that of line 6, column 15: change the dates of one of them`,
	}},
	{"a season of one year", "", []edit{{`    holidays: ["12-25"]`, `    seasons: [{from: ^2026-07-01, to: "08-31", hours: {mon: ["08:00-12:00"]}}]`}}, []string{
		`calendars.office.seasons[0].from: "2026-07-01" has a year, and a season is of every year: write 07-01`,
	}},
	{"more intervals than a day can hold", "", []edit{{`["09:00-18:00"]`, "^[0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4]"}}, []string{
		`calendars.office.hours.mon-fri: 25 entries are too many, 24 is the limit: take out what is not needed`,
	}},
}

var contractMistakes = []mistake{
	{"a calendar that is not there", "", []edit{{"high: {calendar: office", "high: {calendar: ^ofice"}}, []string{
		`contracts.gold.levels.high.calendar: "ofice" is not a calendar of this document: did you mean "office"?`,
	}},
	{"a severity without a calendar", "", []edit{{"high: {calendar: office, ", "^high: {"}}, []string{
		`contracts.gold.levels.high: calendar is missing: write calendar: office`,
	}},
	{"a severity that was forgotten", "", []edit{{"    levels:\n", "    ^levels:\n"}, {"      low: none\n", ""}}, []string{
		`contracts.gold.levels: low is missing: write low: none`,
	}},
	{"an unknown severity", "", []edit{{"      low: none\n", "      low: none\n      ^urgent: none\n"}}, []string{
		`contracts.gold.levels: there is no key "urgent" here: write one of critical, high, normal, low`,
	}},
	{"a target in days", "", []edit{{"resolution: 8h", "resolution: ^3d"}}, []string{
		`contracts.gold.levels.high.resolution: "3d" counts days, which business time does not have: write hours of the calendar, such as 27h for three days of nine hours`,
	}},
	{"a negative target", "", []edit{{"resolution: 8h", "resolution: ^-8h"}}, []string{
		`contracts.gold.levels.high.resolution: "-8h" is negative: write 15m, 8h or 1h30m, or none where nothing is promised`,
	}},
	{"a target of zero", "", []edit{{"resolution: 8h", "resolution: ^0h"}}, []string{
		`contracts.gold.levels.high.resolution: "0h" leaves no time at all: write 15m, 8h or 1h30m, or none where nothing is promised`,
	}},
	{"a target without a unit", "", []edit{{"resolution: 8h", "resolution: ^8"}}, []string{
		`contracts.gold.levels.high.resolution: "8" is not a duration: write 8m or 8h`,
	}},
	{"a target in words", "", []edit{{"resolution: 8h", "resolution: ^8 horas"}, {"first_response: 4h", "first_response: ^soon"}}, []string{
		`contracts.gold.levels.high.resolution: "8 horas" is not a duration: write 8h`,
		`contracts.gold.levels.normal.first_response: "soon" is not a duration: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
	{"a level that promises nothing", "", []edit{{"normal: {calendar: office, first_response: 4h}", "^normal: {calendar: office}"}}, []string{
		`contracts.gold.levels.normal: nothing is promised: write normal: none`,
	}},
	{"a next response without a first", "", []edit{{"normal: {calendar: office, first_response: 4h}", "normal: {calendar: office, next_response: ^4h}"}}, []string{
		`contracts.gold.levels.normal.next_response: a next response is promised but no first one: write first_response too`,
	}},
	{"a pause for somebody unknown", "", []edit{{"{waiting_customer: [resolution]}", "{^waiting_client: [resolution]}"}}, []string{
		`contracts.gold.pauses: there is no key "waiting_client" here: did you mean "waiting_customer"?`,
	}},
	{"a pause of no commitment", "", []edit{{"{waiting_customer: [resolution]}", "{waiting_customer: [^resolve, resolution, ^resolution]}"}}, []string{
		`contracts.gold.pauses.waiting_customer[0]: "resolve" is not a commitment: did you mean "resolution"?`,
		`contracts.gold.pauses.waiting_customer[2]: "resolution" is listed twice: keep one of the two`,
	}},
	{"warnings that are no shares", "", []edit{{"[75%]", "[^75, ^100%, ^0, ^-1, 50%, ^0.5, ^NaN]"}}, []string{
		`contracts.gold.warnings[0]: "75" is not a share between 0 and 1: write 75%`,
		`contracts.gold.warnings[1]: "100%" is not a share between 0 and 1: write 75%`,
		`contracts.gold.warnings[2]: "0" is not a share between 0 and 1: write 75%`,
		`contracts.gold.warnings[3]: "-1" is not a share between 0 and 1: write 75%`,
		`contracts.gold.warnings[5]: "0.5" is listed twice: keep one of the two`,
		`contracts.gold.warnings[6]: "NaN" is not a share between 0 and 1: write 75%`,
	}},
	{"a version that comes before the one above it", "", []edit{{"    warnings: [75%]", "    warnings: [75%]\n    versions: [{valid_from: 2027-03-01}, {valid_from: ^2027-03-01}, {valid_from: ^2027-01-01}]"}}, []string{
		`contracts.gold.versions[1].valid_from: the version of "2027-03-01" does not come after that of "2027-03-01", in line 17, column 29: put the versions in the order of their dates, one for each date`,
		`contracts.gold.versions[2].valid_from: the version of "2027-01-01" does not come after that of "2027-03-01", in line 17, column 29: put the versions in the order of their dates, one for each date`,
	}},
	{"a version without its day, with a mistyped key", "", []edit{{"    warnings: [75%]", "    warnings: [75%]\n    versions: [^{^warning: [50%]}]"}}, []string{
		`contracts.gold.versions[0]: valid_from is missing: write valid_from: 2027-01-01`,
		`contracts.gold.versions[0]: there is no key "warning" here: did you mean "warnings"?`,
	}},
	{"rules for changes and reopenings that are none", "", []edit{{"    warnings: [75%]", "    warnings: [75%]\n    changes: ^retroactive\n    reopening: {mode: ^resume, new_after: ^10s}"}}, []string{
		`contracts.gold.changes: "retroactive" is not a rule for changes of a contract: write one of from_now, from_start`,
		`contracts.gold.reopening.mode: "resume" is not a rule for reopened incidents: did you mean "restart"?`,
		`contracts.gold.reopening.new_after: "10s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
	{"a kind of request that is none", "", []edit{{"    warnings: [75%]", "    kinds: {^incident: {high: none}}"}, {"    contacts: [maria]", "    contacts: [maria]\n    kind: ^problem"}}, []string{
		`contracts.gold.kinds: there is no key "incident" here: write one of question, request`,
		`customers.acme.kind: "problem" is not a kind of request: write one of failure, question, request`,
	}},
	{"a kind of request that promises nothing at a severity", "", []edit{{"    warnings: [75%]", "    kinds: {question: {^high: {calendar: office}}}"}}, []string{
		`contracts.gold.kinds.question.high: nothing is promised: write high: none`,
	}},
	{"a commitment without its time", "", []edit{{"resolution: 8h", "^resolution: {calendar: office}"}}, []string{
		`contracts.gold.levels.high.resolution: within is missing: write within: 8h`,
	}},
	{"a commitment in a calendar and from a start that are not there", "", []edit{{"resolution: 8h", "resolution: {within: 8h, calendar: ^offic, from: ^confirmation}"}}, []string{
		`contracts.gold.levels.high.resolution.calendar: "offic" is not a calendar of this document: did you mean "office"?`,
		`contracts.gold.levels.high.resolution.from: "confirmation" is not a start of a commitment: did you mean "confirmed"?`,
	}},
	{"a workaround that is no sooner than the resolution", "", []edit{{"resolution: 8h", "workaround: ^8h, resolution: {within: 8h, calendar: office}"}}, []string{
		`contracts.gold.levels.high.workaround: a workaround within 8h is no sooner than the resolution within 8h, in line 12, column 89: write less time than the resolution has, or remove one of the two`,
	}},
	{"warnings that leave more time than there is", "", []edit{{"resolution: 8h", "resolution: {within: 8h, warnings: [^8h, 75%, 1h]}"}}, []string{
		`contracts.gold.levels.high.resolution.warnings[0]: "8h" before the breach is no warning: the commitment has 8h in all: write 75% or 2h`,
	}},
	{"a warning of all that leaves more time than one has", "", []edit{{"[75%]", "[^20m]"}}, []string{
		`contracts.gold.warnings[0]: "20m" is more than contracts.gold.levels.critical.first_response has in all (15m), so nothing would warn of its breach: add 75%, or give that commitment warnings of its own: {within: 15m, warnings: [75%]}`,
	}},
	{"a warning in words", "", []edit{{"[75%]", "[^30m left, ^half, ^1d]"}}, []string{
		`contracts.gold.warnings[0]: "30m left" is not a share between 0 and 1: write 30m`,
		`contracts.gold.warnings[1]: "half" is not a share between 0 and 1: write 75%`,
		`contracts.gold.warnings[2]: "1d" is not a share between 0 and 1: write 75%`,
	}},
	{"a target that its calendar never meets", "", []edit{{"  always:", "  once: {timezone: UTC, hours: {}, exceptions: {\"12-24\": [\"09:00-09:01\"]}}\n  always:"}, {"resolution: 8h", "resolution: {within: ^200h, calendar: once}"}}, []string{
		`contracts.gold.levels.high.resolution.within: the calendar "once" is never open for as long as 200h: write a shorter target, or more hours in the calendar`,
	}},
}

var peopleMistakes = []mistake{
	{"a contract that is not there", "", []edit{{"contract: gold\n    team: payments", "contract: ^golden\n    team: payments"}}, []string{
		`customers.acme.contract: "golden" is not a contract of this document: did you mean "gold"?`,
	}},
	{"a team that is not there", "", []edit{{"team: payments", "team: ^sales"}}, []string{
		`customers.acme.team: "sales" is not a team of this document: write one of payments, platform`,
	}},
	{"a contact who is not there", "", []edit{{"contacts: [maria]", "contacts: [^mara]"}}, []string{
		`customers.acme.contacts[0]: "mara" is not a person of this document: did you mean "maria"?`,
	}},
	{"an agent who is not there", "", []edit{{"agents: [ana, luis]", "agents: [ana, ^lius]"}}, []string{
		`teams.payments.agents[1]: "lius" is not a person of this document: did you mean "luis"?`,
	}},
	{"a person who is not there, among many", "", []edit{
		{"agents: [sofia]", "agents: [sofia, ^xyz]"},
		{"  luis: {}\n", "  luis: {}\n  p1: &p {roles: [agent]}\n  p2: *p\n  p3: *p\n  p4: *p\n  p5: *p\n  p6: *p\n  p7: *p\n  p8: *p\n  p9: *p\n  p10: *p\n  p11: *p\n"},
	}, []string{
		`teams.platform.agents[1]: "xyz" is not a person of this document: see docs/configuration.md`,
	}},
	{"a schedule that is not there", "", []edit{{"schedule: payments-oncall", "schedule: ^payments"}}, []string{
		`teams.payments.schedule: "payments" is not an on-call schedule of this document: did you mean "payments-oncall"?`,
	}},
	{"a policy that is not there", "", []edit{{"    lead: diego\n", "    lead: diego\n    policy: ^standart\n"}}, []string{
		`teams.payments.policy: "standart" is not an escalation policy of this document: did you mean "standard"?`,
	}},
	{"a severity that is not there", "", []edit{{"    contacts: [maria]", "    severity: ^hihg\n    contacts: [maria]"}}, []string{
		`customers.acme.severity: "hihg" is not a severity: did you mean "high"?`,
	}},
	{"a customer without contract, team and channel", "", []edit{
		{"  acme:\n    contract: gold\n    team: payments\n    channels: {console: [acme-support]}\n", "  ^^^acme:\n"},
	}, []string{
		`customers.acme: contract is missing: write contract: gold`,
		`customers.acme: team is missing: write team: payments`,
		`customers.acme: channels is missing: write channels: {slack: [C0123456789]}`,
	}},
	{"a customer with an empty list of channels", "", []edit{{"channels: {console: [acme-support]}", "^channels: {console: []}"}}, []string{
		`customers.acme.channels: there is no channel: write channels: {slack: [C0123456789]}`,
	}},
	{"a channel on an unknown platform", "", []edit{{"channels: {console: [acme-support]}", "channels: {^slak: [C1]}"}}, []string{
		`customers.acme.channels: there is no key "slak" here: did you mean "slack"?`,
	}},
	{"a team without channel and agents", "", []edit{{"  platform:\n    channels: {console: [platform-team]}\n    agents: [sofia]\n", "  ^^platform:\n"}}, []string{
		`teams.platform: channels is missing: write channels: {slack: [C0123456789]}`,
		`teams.platform: agents is missing: write agents: [ana, luis]`,
	}},
	{"a team with an empty list of agents", "", []edit{{"agents: [sofia]", "agents: ^[]"}}, []string{
		`teams.platform.agents: the list is empty: write [ana, luis]`,
	}},
	{"an agent listed twice", "", []edit{{"agents: [sofia]", "agents: [sofia, ^sofia]"}}, []string{
		`teams.platform.agents[1]: "sofia" is listed twice: keep one of the two`,
	}},
	{"a channel that belongs to two customers", "", []edit{{"[globex-support]", "[globex-support, ^acme-support]"}}, []string{
		`customers.globex.channels.console[1]: the channel "acme-support" of console is taken already (customer "acme", in line 21, column 26): write a channel of its own`,
	}},
	{"a channel that belongs to a customer and a team", "", []edit{{"[payments-team]", "[^acme-support]"}}, []string{
		`teams.payments.channels.console[0]: the channel "acme-support" of console is taken already (customer "acme", in line 21, column 26): write a channel of its own`,
	}},
	{"a channel that belongs to two teams", "", []edit{{"[platform-team]", "[^payments-team]"}}, []string{
		`teams.platform.channels.console[0]: the channel "payments-team" of console is taken already (team "payments", in line 30, column 26): write a channel of its own`,
	}},
	{"quality reads in a customer's channel", "", []edit{{"", "quality: {channels: {console: [^acme-support, payments-team]}}\n"}}, []string{
		`quality.channels.console[0]: the channel "acme-support" of console is taken already (customer "acme", in line 21, column 26): write a channel of its own`,
	}},
	{"a customer reads in the quality channel", "", []edit{
		{"company:", "quality: {channels: {console: [quality]}}\ncompany:"},
		{"[acme-support]", "[acme-support, ^quality]"},
	}, []string{
		`customers.acme.channels.console[1]: the channel "quality" of console is taken already (quality, in line 1, column 32): write a channel of its own`,
	}},
	{"a contact who is an agent too", "", []edit{{"agents: [ana, luis]", "agents: [ana, luis, ^maria]"}}, []string{
		`teams.payments.agents[2]: "maria" is one of us here and a contact of "acme" in line 22, column 16: remove one of the two; a person cannot be on both sides`,
	}},
	{"a contact who is on call", "", []edit{{"people: [luis, ana]", "people: [luis, ^john]"}}, []string{
		`schedules.payments-oncall.people[1]: "john" is one of us here and a contact of "globex" in line 27, column 16: remove one of the two; a person cannot be on both sides`,
	}},
	{"a contact of two customers", "", []edit{{"contacts: [john]", "contacts: [john, ^maria]"}}, []string{
		`customers.globex.contacts[1]: "maria" is a contact of "acme" already, in line 22, column 16: keep the person in one contacts list; one who works for two customers needs an entry for each`,
	}},
	{"a contact with a role of ours", "", []edit{{"{name: Maria}", "{roles: [^agent]}"}}, []string{
		`people.maria.roles[0]: "maria" is a contact of "acme" and cannot have the role "agent": remove one of the two; a person cannot be on both sides`,
	}},
	{"an unknown role", "", []edit{{"roles: [lead]", "roles: [^leader, ^customer, admin, ^admin]"}}, []string{
		`people.diego.roles[0]: "leader" is not a role: did you mean "lead"?`,
		`people.diego.roles[1]: the role "customer" is not written, it follows from contacts: write diego in the contacts of the customer`,
		`people.diego.roles[3]: "admin" is listed twice: keep one of the two`,
	}},
	{"somebody with nothing to do", "", []edit{{"  luis: {}\n", "  luis: {}\n  ^pedro: {}\n"}}, []string{
		`people.pedro: "pedro" is nobody's contact, in no team and without a role: write the person in the contacts of a customer, the agents of a team, or with roles`,
	}},
	{"one account for two people", "", []edit{{"  luis: {}\n", "  luis: {identities: {slack: ^U1}}\n"}}, []string{
		`people.luis.identities.slack: "U1" on slack is "ana" already, in line 41, column 29: write each person's own identity`,
	}},
	{"an account that is another person's name", "", []edit{{"  luis: {}\n", "  luis: {identities: {console: ^ana}}\n"}}, []string{
		`people.luis.identities.console: "ana" on console is "ana" already, in line 41, column 3: write each person's own identity`,
	}},
	{"an on-call person who cannot be paged", "", []edit{{"[payments-team]", "[]"}, {"{console: []}", "{slack: [C1]}"}, {"  luis: {}\n", "  ^luis: {}\n"}}, []string{
		`people.luis: "luis" is paged for team "payments", but has no identity on slack: write identities: {slack: U0123456789}`,
	}},
	{"a schedule without people", "", []edit{{"people: [luis, ana]", "people: ^[]"}}, []string{
		`schedules.payments-oncall.people: the list is empty: write [ana, luis]`,
	}},
	{"a schedule with somebody unknown", "", []edit{{"people: [luis, ana]", "people: [luis, ^anna]"}}, []string{
		`schedules.payments-oncall.people[1]: "anna" is not a person of this document: did you mean "ana"?`,
	}},
	{"a schedule named as what stands for the team's", "", []edit{{"  payments-oncall: {every", "  ^team: {every: daily, handoff: '09:00', start: 2026-11-02, people: [ana]}\n  payments-oncall: {every"}}, []string{
		`schedules.team: "team" stands for the incident's team: give it another name`,
	}},
	{"a hand-off without an hour", "", []edit{{"handoff: mon 09:00", "handoff: ^monday"}}, []string{
		`schedules.payments-oncall.handoff: "monday" is not an hour of hand-off: write mon 09:00`,
	}},
	{"a weekday in a daily hand-off", "", []edit{{"every: weekly, handoff: mon 09:00", "every: daily, handoff: ^mon 09:00"}}, []string{
		`schedules.payments-oncall.handoff: "mon 09:00" names a day of the week, but the shift does not change on the same one each time: write 09:00`,
	}},
	{"a hand-off at the end of the day", "", []edit{{"every: weekly, handoff: mon 09:00", "every: daily, handoff: ^24:00"}}, []string{
		`schedules.payments-oncall.handoff: "24:00" is not an hour of hand-off: write 09:00`,
	}},
	{"a hand-off on another day than the start", "", []edit{{"handoff: mon 09:00", "handoff: ^fri 09:00"}}, []string{
		`schedules.payments-oncall.handoff: "fri 09:00" is another day of the week than the start, which is a mon: write mon 09:00`,
	}},
	{"a shift of no days", "", []edit{{"every: weekly", "every: ^0d"}}, []string{
		`schedules.payments-oncall.every: "0d" is not a length of shift: write weekly, daily, or a number of hours, days or weeks such as 12h, 2d or 2w`,
	}},
	{"a start that is no date", "", []edit{{"start: 2026-11-02", "start: ^2026-11-31"}}, []string{
		`schedules.payments-oncall.start: there is no date "2026-11-31": write a date such as 2026-11-23`,
	}},
	{"a policy without steps", "", []edit{{"steps: [{schedule: team}, {channel: team, after: 10m}]", "steps: ^[]"}}, []string{
		`escalation.standard.steps: the list is empty: write [{schedule: team}]`,
	}},
	{"a step that reaches nobody", "", []edit{{"{channel: team, after: 10m}", "^{after: 10m}"}}, []string{
		`escalation.standard.steps[1]: the step reaches nobody: write one of schedule, person, people, team, channel, lead, or a list: targets: [{schedule: team}, {person: diego}]`,
	}},
	{"a step with two targets", "", []edit{{"{channel: team, after: 10m}", "^{channel: team, person: diego, after: 10m}"}}, []string{
		`escalation.standard.steps[1]: the step has several targets (person, channel): write one of schedule, person, people, team, channel, lead, or a list: targets: [{schedule: team}, {person: diego}]`,
	}},
	{"a step that does not wait", "", []edit{{"{channel: team, after: 10m}", "^{channel: team}"}}, []string{
		`escalation.standard.steps[1]: after is missing: write after: 10m`,
	}},
	{"a step to another channel", "", []edit{{"{channel: team, after: 10m}", "{channel: ^general, after: ^-10m}"}}, []string{
		`escalation.standard.steps[1].channel: "general" is not a team of this document: write one of payments, platform`,
		`escalation.standard.steps[1].after: "-10m" is negative: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
	{"a policy that is repeated for ever", "", []edit{{"    steps: [", "    repeat: ^1000\n    steps: ["}}, []string{
		`escalation.standard.repeat: "1000" is not a whole number from 0 to 20: write a whole number from 0 to 20`,
	}},
	{"a policy that is repeated without a pause", "", []edit{{"    steps: [", "    repeat: 1\n    repeat_after: ^0s\n    steps: ["}}, []string{
		`escalation.standard.repeat_after: "0s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
	}},
	{"a policy that pages a schedule that the team has not", "", []edit{{"  platform:\n    channels: {console: [platform-team]}\n    agents: [sofia]\n    schedule: payments-oncall\n", "  ^platform:\n    channels: {console: [platform-team]}\n    agents: [sofia]\n"}}, []string{
		`teams.platform: the policy "standard" pages the team's schedule (line 48, column 24), and the team has none: write schedule: payments-oncall`,
	}},
	{"several policies and a team that names none", "", []edit{
		{"  payments:\n    channels", "  ^payments:\n    channels"},
		{"  platform:\n    channels", "  platform:\n    policy: quiet\n    channels"},
		{"", "  quiet: {steps: [{channel: team}]}\n"},
	}, []string{
		`teams.payments: there are several escalation policies and the team names none: write one of standard, quiet`,
	}},
	{"a reaction that does nothing known", "", []edit{{"", "incidents: {close_after: ^1s, reactions: {ticket: ^opne}}\n"}}, []string{
		`incidents.close_after: "1s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
		`incidents.reactions.ticket: "opne" is not an action of a reaction: did you mean "open"?`,
	}},
	{"layers beside a rotation", "", []edit{{"{every: weekly,", "{layers: [], ^every: weekly,"}, {"handoff: mon 09:00,", "^handoff: mon 09:00,"}, {"start: 2026-11-02, people: [luis, ana]}", "^start: 2026-11-02, ^people: [luis, ana]}"}, {"layers: []", "layers: ^[]"}}, []string{
		`schedules.payments-oncall.layers: the list is empty: write [{every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}]`,
		`schedules.payments-oncall: there is no key "every" here: write one of layers, timezone`,
		`schedules.payments-oncall: there is no key "handoff" here: write one of layers, timezone`,
		`schedules.payments-oncall: there is no key "start" here: write one of layers, timezone`,
		`schedules.payments-oncall: there is no key "people" here: write one of layers, timezone`,
	}},
	{"a layer with mistakes", "", []edit{{"{every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}", "{layers: [^{every: 12h, handoff: ^mon 09:00, start: 2026-11-02, days: [mon-fri, ^sunday], hours: [^9-18], until: ^2026-11-02}]}"}}, []string{
		`schedules.payments-oncall.layers[0]: people is missing: write people: [luis, ana]`,
		`schedules.payments-oncall.layers[0].handoff: "mon 09:00" names a day of the week, but the shift does not change on the same one each time: write 09:00`,
		`schedules.payments-oncall.layers[0].days[1]: "sunday" is not a day of the week: write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri`,
		`schedules.payments-oncall.layers[0].hours[0]: "9-18" is not an interval of hours: write an interval such as 09:00-18:00`,
		`schedules.payments-oncall.layers[0].until: "2026-11-02" is not after the start, "2026-11-02": write a later date, or remove the key`,
	}},
	{"a rotation on no days and at no hours", "", []edit{{"people: [luis, ana]}", "people: [luis, ana], days: ^[], hours: ^[]}"}}, []string{
		`schedules.payments-oncall.days: the list is empty: write mon-fri`,
		`schedules.payments-oncall.hours: the list is empty: write ["09:00-18:00"]`,
	}},
	{"targets in a list, with mistakes", "", []edit{{"{channel: team, after: 10m}", "{targets: [^anna, ^{person: ana, lead: team}, {lead: ^platform}, {people: ^[]}, {^role: boss}], after: 10m}"}}, []string{
		`escalation.standard.steps[1].targets[0]: "anna" is not a person of this document: did you mean "ana"?`,
		`escalation.standard.steps[1].targets[1]: each entry of the list is one target: write [{person: diego}, {channel: team}]`,
		`escalation.standard.steps[1].targets[2].lead: the team "platform" has no lead: write lead: and a name in the team platform`,
		`escalation.standard.steps[1].targets[3].people: the list is empty: write [ana, luis]`,
		`escalation.standard.steps[1].targets[4]: there is no key "role" here: write one of schedule, person, people, team, channel, lead`,
	}},
	{"a policy that pages the lead of a team that has none", "", []edit{{"{channel: team, after: 10m}", "{lead: team, after: 10m}"}, {"  platform:\n    channels", "  ^platform:\n    channels"}}, []string{
		`teams.platform: the policy "standard" pages the team's lead (line 49, column 38), and the team has none: write lead: diego`,
	}},
	{"a lead whom no page reaches", "", []edit{{"[payments-team]", "[]"}, {"{console: []}", "{slack: [C1]}"}, {"  luis: {}\n", "  luis: {identities: {slack: U2}}\n"}, {"  diego:", "  ^diego:"}, {"{channel: team, after: 10m}", "{lead: payments, after: 10m}"}}, []string{
		`people.diego: "diego" is paged for team "payments", but has no identity on slack: write identities: {slack: U0123456789}`,
	}},
	{"shares that are none, or of no order", "", []edit{{"[{schedule: team}, {channel: team, after: 10m}]", "[{schedule: team, at: 50%}, {channel: team, at: ^100%}, {channel: team, at: ^half}, {channel: team, at: 90%}, {channel: team, at: ^75%}]"}}, []string{
		`escalation.standard.steps[1].at: at "100%" the commitment is broken already: write 90%`,
		`escalation.standard.steps[2].at: "half" is not a share of the commitment: write 50%`,
		`escalation.standard.steps[4].at: "75%" is less than "90%" of the step before it, in line 49, column 114: put the steps in the order in which they come`,
	}},
	{"conditions with mistakes", "", []edit{{"{channel: team, after: 10m}", "{channel: team, after: 10m, when: ^{severity: [^hihg, low, ^low], customers: [^acne], within: office, outside: ^ofice, timezone: ^UTC}}, {channel: team, after: 10m, when: {customers: ^[], hours: ^{}}}"}}, []string{
		`escalation.standard.steps[1].when: several keys say at which hours the step counts (within, outside): keep one of the two`,
		`escalation.standard.steps[1].when.severity[0]: "hihg" is not a severity: did you mean "high"?`,
		`escalation.standard.steps[1].when.severity[2]: "low" is listed twice: keep one of the two`,
		`escalation.standard.steps[1].when.customers[0]: "acne" is not a customer of this document: did you mean "acme"?`,
		`escalation.standard.steps[1].when.outside: "ofice" is not a calendar of this document: did you mean "office"?`,
		`escalation.standard.steps[1].when.timezone: a time zone is only needed for hours, and there are none here: remove the key`,
		`escalation.standard.steps[2].when.customers: the list is empty: remove the key`,
		`escalation.standard.steps[2].when.hours: there are no hours at which the step counts: write hours: {mon-fri: ['09:00-18:00']}`,
	}},
	{"an acknowledgement for ever, and a fallback to nobody", "", []edit{{"    steps: [", "    ack_for: ^2d\n    fallback: ^[]\n    steps: ["}, {"", "paging: {fallback: [^anna, {channel: ^payment}]}\n"}}, []string{
		`escalation.standard.ack_for: "2d" is too long: write 24h`,
		`escalation.standard.fallback: the list is empty: write [diego, {channel: team}]`,
		`paging.fallback[0]: "anna" is not a person of this document: did you mean "ana"?`,
		`paging.fallback[1].channel: "payment" is not a team of this document: did you mean "payments"?`,
	}},
	{"an internal agreement that is not there", "", []edit{{"    lead: diego\n", "    lead: diego\n    ola: ^intern\n"}}, []string{
		`teams.payments.ola: "intern" is not a contract of this document: write gold`,
	}},
	{"quiet hours with mistakes", "", []edit{{"  luis: {}", "  luis: {quiet: {hours: [^22-7], timezone: ^UCT+3}}"}, {"  sofia: {}", "  sofia: {quiet: ^[\"22:00-07:00\"]}"}}, []string{
		`people.luis.quiet.hours[0]: "22-7" is not an interval of hours: write an interval such as 09:00-18:00`,
		`people.luis.quiet.timezone: "UCT+3" is not a time zone: write an IANA name such as America/Argentina/Buenos_Aires`,
		`people.sofia.quiet: a group of keys belongs here, not a list: write hours: ['22:00-07:00']`,
	}},
}

// Policies that cannot work.
var policyMistakes = []mistake{
	{"a first step after the breach", "", []edit{{"{schedule: team}, {channel: team, after: 10m}", "{channel: team, after: ^5m}, {channel: team, after: 2m}"}}, []string{
		`escalation.standard.steps[0].after: the first step comes 1m15s after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52): its first warning leaves 3m45s: write delays that make less than 3m45s together, or a step set backwards from the breach: at: 90%`,
	}},
	{"a person who is paged after the breach whatever happens", "", []edit{{"{channel: team, after: 10m}", "{channel: team, after: 10m}, {person: diego, after: ^10m}"}}, []string{
		`escalation.standard.steps[2].after: the step comes 5m after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), even when the paging begins with the report: write delays that make less than 15m together, or a step set backwards from the breach: at: 90%`,
	}},
	{"delays of hours", "", []edit{{"{channel: team, after: 10m}", "{person: diego, after: ^30h}"}}, []string{
		`escalation.standard.steps[1].after: the step comes 29h45m after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), even when the paging begins with the report: write delays that make less than 15m together, or a step set backwards from the breach: at: 90%`,
	}},
	{"a policy that is set backwards and ends too late", "", []edit{{"{schedule: team}, {channel: team, after: 10m}", "{schedule: team, at: 50%}, {person: diego, at: 90%}, {channel: team, after: ^10m}"}}, []string{
		`escalation.standard.steps[2].after: the policy is set backwards from the breach, and this step comes 8m30s after that of contracts.gold.levels.critical.first_response (15m, in line 11, column 52): write delays that make less than 3m45s together, or a step set backwards from the breach: at: 90%`,
	}},
	{"a policy that never ends in time", "", []edit{{"{channel: team, after: 10m}", "{channel: team, after: 30m}, {channel: team, after: ^45m}"}}, []string{
		`escalation.standard.steps[2].after: the policy cannot end before any breach: the last step comes 15m after that of contracts.gold.levels.critical.resolution (4h, in line 11, column 89), of whose time its first warning leaves the most, 1h: write delays that make less than 1h together, or a step set backwards from the breach: at: 90%`,
	}},
	{"a step that only counts where it comes too late", "", []edit{{"{channel: team, after: 10m}", "{channel: team, after: 10m}, {person: diego, after: ^2h, when: {severity: [critical], customers: [acme]}}"}}, []string{
		`escalation.standard.steps[2].after: the step comes 1h55m after the breach of contracts.gold.levels.critical.first_response (15m, in line 11, column 52), even when the paging begins with the report: write delays that make less than 15m together, or a step set backwards from the breach: at: 90%`,
	}},
}

var pagingMistakes = []mistake{
	{"a patience and a storm out of all measure", "", []edit{{"", "paging: {patience: ^0s, group_within: ^1d}\n"}}, []string{
		`paging.patience: "0s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
		`paging.group_within: "1d" is too long: write 1h`,
	}},
	{"a warning of gaps without its day", "", []edit{{"", "paging: {gaps_warning: ^'09:00'}\n"}}, []string{
		`paging.gaps_warning: "09:00" is not a time of the week: write mon 09:00`,
	}},
	{"a warning of gaps at the end of the day", "", []edit{{"", "paging: {gaps_warning: ^mon 24:00}\n"}}, []string{
		`paging.gaps_warning: "mon 24:00" is not a time of the week: write mon 09:00`,
	}},
	{"a public address that is none", "", []edit{{"", "public_url: ^sereno.example.com\n"}}, []string{
		`public_url: this is not a web address: write https://sereno.example.com`,
	}},
	{"a mail address that is none", "", []edit{{"  luis: {}", "  luis: {identities: {mail: ^luis}}"}}, []string{
		`people.luis.identities.mail: "luis" is not a mail address: write ana@example.com`,
	}},
	{"one mailbox for two people", "", []edit{{"  luis: {}", "  luis: {identities: {mail: a@example.com}}"}, {"  sofia: {}", "  sofia: {identities: {mail: ^a@example.com}}"}}, []string{
		`people.sofia.identities.mail: "a@example.com" on mail is "luis" already, in line 42, column 29: write each person's own identity`,
	}},
	{"a way to reach somebody who is not there", "", []edit{{"  luis: {}", "  luis: {reach: [^slack, {mail: ^1m}]}"}}, []string{
		`people.luis.reach[0]: "luis" is reached on slack, and has no identity there: write identities: {slack: U0123456789}`,
		`people.luis.reach[1].mail: "luis" is reached on mail, and has no identity there: write identities: {mail: ana@example.com}`,
	}},
	{"a way to reach somebody that is none", "", []edit{{"{slack: U1}", "{slack: U1}, reach: [^slak, {^email: 1m}]"}}, []string{
		`people.ana.reach[0]: "slak" is not a way to reach somebody: did you mean "slack"?`,
		`people.ana.reach[1]: "email" is not a way to reach somebody: did you mean "mail"?`,
	}},
	{"a way to reach somebody twice", "", []edit{{"{slack: U1}", "{slack: U1}, reach: [slack, {slack: ^1m}]"}}, []string{
		`people.ana.reach[1].slack: "slack" is listed twice: keep one of the two`,
	}},
	{"a delay before the first way to reach somebody", "", []edit{{"{slack: U1}", "{slack: U1}, reach: [{slack: ^1m}]"}}, []string{
		`people.ana.reach[0].slack: "1m" before the first channel is lost time: who is to wait belongs into the steps of the escalation: write slack: 0s`,
	}},
	{"two ways to reach somebody in one entry", "", []edit{{"{slack: U1}", "{slack: U1}, reach: [^{slack: 0s, console: 1m}]"}}, []string{
		`people.ana.reach[0]: each entry of the list is one channel with its delay: write [slack, {mail: 2m}]`,
	}},
	{"somebody who is reached only where nothing is connected", "", []edit{{"{slack: U1}", "{slack: U1}, ^reach: [slack]"}}, []string{
		`people.ana.reach: "ana" is paged for team "payments", but not reached on console: write reach: [console]`,
	}},
	{"nobody to be reached in any way", "", []edit{{"{slack: U1}", "{slack: U1}, reach: ^[]"}}, []string{
		`people.ana.reach: the list is empty: write [slack, {mail: 2m}]`,
	}},
}

var processMistakes = []mistake{
	{"a variable that is not set", "", []edit{{"", "store: ^${NOWHERE}\n"}}, []string{
		`store: the variable NOWHERE is not set: set NOWHERE in the environment of the process`,
	}},
	{"a variable that is empty", "", []edit{{"", "store: ^${EMPTY}\n"}}, []string{
		`store: the variable EMPTY is empty: set EMPTY in the environment of the process`,
	}},
	{"references that are malformed", "", []edit{{"", "store: ^a${DSN\nlisten: ^'${a b}'\n"}}, []string{
		`store: a reference ${ is not closed: write ${NAME} for a variable, ${file:/path} for a file, $${ for the characters themselves`,
		`listen: what stands between ${ and } is not a name: write ${NAME} for a variable, ${file:/path} for a file, $${ for the characters themselves`,
	}},
	{"files that hold no secret", "", []edit{{"", "store: ^${file:testdata/none}\nslack: {bot_token: ^'${file:testdata}', app_token: ^'${file:testdata/empty}'}\n"}}, []string{
		`store: the file "testdata/none" cannot be read (there is no such file): write the path of a readable file that holds the secret`,
		`slack.bot_token: the file "testdata" cannot be read (it is not a regular file, or too large): write the path of a readable file that holds the secret`,
		`slack.app_token: the file "testdata/empty" cannot be read (it is empty): write the path of a readable file that holds the secret`,
	}},
	{"the address of another database", "", []edit{{"", "store: ^mysql://sereno:verysecret@db/sereno\n"}}, []string{
		`store: this is neither a file nor the address of a PostgreSQL: write sereno.db or postgres://user:password@host/sereno`,
	}},
	{"an address without a port", "", []edit{{"", "listen: ^localhost\n"}}, []string{
		`listen: this is not an address to listen on: write 127.0.0.1:8080`,
	}},
	{"an unknown log level and format", "", []edit{{"", "log: {level: ^warning, format: ^xml}\n"}}, []string{
		`log.level: "warning" is not a log level: did you mean "warn"?`,
		`log.format: "xml" is not a log format: write one of text, json`,
	}},
	{"socket mode without an app token", "", []edit{{"", "^slack: {bot_token: '${BOT}', signing_secret: '${SIGNING}'}\n"}}, []string{
		`slack: socket mode needs an app token: write app_token: ${SLACK_APP_TOKEN} or mode: http`,
	}},
	{"http mode without the signing secret", "", []edit{{"", "^slack: {bot_token: '${BOT}', mode: http}\n"}}, []string{
		`slack: http mode needs the signing secret: write signing_secret: ${SLACK_SIGNING_SECRET}`,
	}},
	{"tokens in each other's place", "", []edit{{"", "slack: {bot_token: ^'${APP}', app_token: ^xoxb-verysecret}\n"}}, []string{
		`slack.bot_token: this is a token of another kind: write the token that begins with xoxb-`,
		`slack.app_token: this is a token of another kind: write the token that begins with xapp-`,
	}},
	{"a token as a key", "", []edit{{"", "slack: {^xoxb-verysecret: a, bot_token: '${BOT}', app_token: '${APP}'}\n"}}, []string{
		`slack: there is no key "•••" here: write one of bot_token, app_token, signing_secret, mode, team, api_url, connections, limits`,
	}},
	{"another mode, address and number of connections", "", []edit{{"", "slack: {bot_token: '${BOT}', app_token: '${APP}', mode: ^webhook, api_url: ^slack.com, connections: ^11, limits: ^few}\n"}}, []string{
		`slack.mode: "webhook" is not a way to connect: write one of socket, http`,
		`slack.api_url: this is not a web address: write https://slack.com/api/`,
		`slack.connections: "11" is not a whole number from 1 to 10: write a whole number from 1 to 10`,
		`slack.limits: "few" is not a kind of rate limits: write one of slack, none`,
	}},
	{"a precision that is certain, and synonyms that are no list", "", []edit{{"", "kb: {precision: ^1, synonyms: [^POS]}\n"}}, []string{
		`kb.precision: "1" is not a share between 0 and 1: write 0.75`,
		`kb.synonyms[0]: a list belongs here, not a text: write [POS]`,
	}},
	{"a rule of reviews", "", []edit{{"", "kb: {review: {refusals: ^few, share: ^2, incidents: ^-1, within: ^1h, ^people: 3}}\n"}}, []string{
		`kb.review.refusals: "few" is not a whole number from 0 to 1000: write a whole number from 0 to 1000`,
		`kb.review.share: "2" is not a share between 0 and 1: write 50%`,
		`kb.review.incidents: "-1" is not a whole number from 0 to 1000: write a whole number from 0 to 1000`,
		`kb.review.within: "1h" is too short: write 24h`,
		`kb.review: there is no key "people" here: write one of refusals, share, incidents, within`,
	}},
	{"sources of articles", "", []edit{{"", "kb: {sources: [{path: ./a, ^tags: [x]}, {path: ./w, format: ^wikipedia}, ^{path: ./c, format: confluence, kind: ^manual, visibility: ^public}, ^./a, {path: ./d, ^language: es, pull: ^soon}]}\n"}}, []string{
		`kb.sources[0].tags: tags is for the export of a wiki, and these are articles in Markdown: write tags in the header of each article, or the format of the wiki here`,
		`kb.sources[1].format: "wikipedia" is not a format of articles: write one of markdown, dokuwiki, mediawiki, confluence`,
		`kb.sources[2]: language is missing: write language: es`,
		`kb.sources[2].kind: "manual" is not a kind of article: write one of faq, tutorial, troubleshooting, procedure, good_practice`,
		`kb.sources[2].visibility: "public" is not a visibility: write one of internal, customers`,
		`kb.sources[3]: "a" is there already: keep one of the two`,
		`kb.sources[4].language: language is for the export of a wiki, and these are articles in Markdown: write language in the header of each article, or the format of the wiki here`,
		`kb.sources[4].pull: "soon" is not true or false: write one of true, false`,
	}},
	{"a wiki of whom there is nobody", "", []edit{{"", "kb: {sources: [{path: ./w, format: mediawiki, language: es, kind: faq, customers: [^acne], owner: ^maria, base_url: ^wiki}, " +
		"{path: ./x, format: mediawiki, language: es, kind: faq, visibility: internal, customers: ^[acme], owner: ^nadie}, {path: ./y, format: mediawiki, language: es, kind: faq, customers: ^[]}, {path: ./z, ^owner: ana}]}\n"}}, []string{
		`kb.sources[0].customers[0]: "acne" is not a customer of this document: did you mean "acme"?`,
		`kb.sources[0].owner: "maria" works for "acme" and cannot own articles: write one of your own people`,
		`kb.sources[0].base_url: this is not a web address: write https://wiki.example.com`,
		`kb.sources[1].customers: the articles are internal, so no customer may see them: keep one of the two`,
		`kb.sources[1].owner: "nadie" is not a person of this document: write one of maria, john, ana, luis, sofia, diego`,
		`kb.sources[2].customers: the list is empty: write [acme]`,
		`kb.sources[3].owner: owner is for the export of a wiki, and these are articles in Markdown: write owner in the header of each article, or the format of the wiki here`,
	}},
	{"a precision beside a confidence, and a word that stands for itself", "", []edit{{"", "kb: {precision: 0.8, confidence: ^0.6, synonyms: [^[POS]]}\n"}}, []string{
		`kb.confidence: precision is there as well, and sets the least confidence too: keep one of the two`,
		`kb.synonyms[0]: "POS" alone stands for nothing else: write [POS, terminal]`,
	}},
	{"a confidence that is no share", "", []edit{{"", "kb: {confidence: ^60}\n"}}, []string{
		`kb.confidence: "60" is not a share between 0 and 1: write 0.6`,
	}},
}
