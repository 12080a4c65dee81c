package config

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
		`contracts.gold.levels.high.resolution.warnings[0]: "8h" before the breach is no warning: the commitment has 8h in all: write 75%, 2h`,
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
