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
