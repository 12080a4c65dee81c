package config

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
