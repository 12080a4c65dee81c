package config

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
