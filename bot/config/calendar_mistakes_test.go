package config

var calendarMistakes = []mistake{
	{"an interval that ends when it begins", "", []edit{{`"09:00-18:00"`, `^"09:00-09:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "09:00-09:00" ends when it begins: write 00:00-24:00 for a whole day`,
	}},
	{"an interval that begins at the day's end", "", []edit{{`"09:00-18:00"`, `^"24:00-06:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "24:00-06:00" begins when its day has ended: write 00:00-06:00`,
	}},
	{"an interval of the next day", "", []edit{{`"09:00-18:00"`, `^"24:00-26:00", ^"25:30-27:00", ^"24:00-24:00", ^"24:00-48:30", ^"23:00-47:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "24:00-26:00" begins when its day has ended: write 00:00-02:00`,
		`calendars.office.hours.mon-fri[1]: "25:30-27:00" begins when its day has ended: write 01:30-03:00`,
		`calendars.office.hours.mon-fri[2]: "24:00-24:00" begins when its day has ended: write 00:00-24:00`,
		`calendars.office.hours.mon-fri[3]: "24:00-48:30": there is no such hour: write an interval such as 09:00-18:00`,
		`calendars.office.hours.mon-fri[4]: "23:00-47:00": there is no such hour: write an interval such as 09:00-18:00`,
	}},
	{"an hour that the next day's clocks show", "", []edit{{`"09:00-18:00"`, `^"22:00-26:30"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "22:00-26:30": there is no such hour: write 22:00-02:30`,
	}},
	{"an hour that no clock shows", "", []edit{{`"09:00-18:00"`, `^"09:00-55:00"`}}, []string{
		`calendars.office.hours.mon-fri[0]: "09:00-55:00": there is no such hour: write an interval such as 09:00-18:00`,
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
		`calendars.office.holidays[2].ical: the holidays of "testdata/wrong.ics" cannot be read (line 5: "2026" is not a time: write 20261225 for a day, 20261225T090000Z for an instant): correct that line of the file, or write the path of another`,
		`calendars.office.holidays[3].ical: "testdata/nothing.ics" holds no event of whole days from 2015 to 2050: write the path of an iCalendar file, relative to this file's folder`,
	}},
	{"calendars of people that cannot be read", "", []edit{
		{"  luis: {}", "  luis: {away: {ical: ^testdata/none.ics}}"},
		{"  sofia: {}", "  sofia: {away: {ical: ^testdata/marked.ics, words: [a, ^[b]]}}"},
		{"  diego: {roles: [lead]}", "  diego: {roles: [lead], away: ^calendar.ics}"},
	}, []string{
		`people.luis.away.ical: the calendar "testdata/none.ics" cannot be read (there is no such file): write the path of an iCalendar file, relative to this file's folder`,
		`people.sofia.away.ical: the calendar "testdata/marked.ics" cannot be read (line 5: "Argentina Standard Time" is not a time zone of the IANA database: write one such as Europe/Madrid): correct that line of the file, or write the path of another`,
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
