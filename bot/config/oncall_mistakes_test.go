package config

// Schedules, quiet hours and steps of escalation.
var oncallMistakes = []mistake{
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
	{"a shift and a hand-off that are none", "", []edit{{"every: weekly, handoff: mon 09:00", "every: ^sometimes, handoff: ^25:00"}}, []string{
		`schedules.payments-oncall.every: "sometimes" is not a length of shift: write weekly, daily, or a number of hours, days or weeks such as 12h, 2d or 2w`,
		`schedules.payments-oncall.handoff: "25:00" is not an hour of hand-off: write 09:00`,
	}},
	{"a shift that is none says nothing of the hand-off's day", "", []edit{{"every: weekly, handoff: mon 09:00", "every: ^sometimes, handoff: fri 09:00"}}, []string{
		`schedules.payments-oncall.every: "sometimes" is not a length of shift: write weekly, daily, or a number of hours, days or weeks such as 12h, 2d or 2w`,
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
	{"quiet hours with mistakes", "", []edit{{"  luis: {}", "  luis: {quiet: {hours: [^22-7], timezone: ^UCT+3}}"}, {"  sofia: {}", "  sofia: {quiet: ^[\"22:00-07:00\"]}"}}, []string{
		`people.luis.quiet.hours[0]: "22-7" is not an interval of hours: write an interval such as 09:00-18:00`,
		`people.luis.quiet.timezone: "UCT+3" is not a time zone: write an IANA name such as America/Argentina/Buenos_Aires`,
		`people.sofia.quiet: a group of keys belongs here, not a list: write hours: ['22:00-07:00']`,
	}},
}

// Policies that cannot end in time.
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
