package config

// Customers, teams and people.
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
	{"a reaction that does nothing known", "", []edit{{"", "incidents: {close_after: ^1s, reactions: {ticket: ^opne}}\n"}}, []string{
		`incidents.close_after: "1s" is too short: write 30s, 15m, 8h, 1h30m or 3d`,
		`incidents.reactions.ticket: "opne" is not an action of a reaction: did you mean "open"?`,
	}},
	{"an internal agreement that is not there", "", []edit{{"    lead: diego\n", "    lead: diego\n    ola: ^intern\n"}}, []string{
		`teams.payments.ola: "intern" is not a contract of this document: write gold`,
	}},
}
