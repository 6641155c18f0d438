"""What is known of artists by name: who writes but does not perform, and who changed names."""

from __future__ import annotations


def _names(listed: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()) for name in listed.split(","))


#: Composers who do not perform, normalised: a work is the same song where its performers are.
COMPOSERS = _names("""
adolphe adam, anonymous, antonin dvorak, antonio vivaldi, aram khachaturian,
arcangelo corelli, bedrich smetana, bela bartok, benjamin britten, camille saint saens,
carl maria von weber, carl orff, cesar franck, charles gounod, christoph willibald gluck,
claude debussy, claudio monteverdi, dmitri shostakovich, domenico scarlatti, edvard grieg,
edward elgar, enrique granados, erik satie, felix mendelssohn, franz gruber, franz liszt,
franz schubert, frederic chopin, gabriel faure, gaetano donizetti, georg friedrich handel,
georg philipp telemann, george frideric handel, george gershwin, georges bizet,
giacomo puccini, gioachino rossini, giuseppe verdi, gustav holst, gustav mahler,
hector berlioz, henry purcell, igor stravinsky, isaac albeniz, jacques offenbach,
jean philippe rameau, jean sibelius, johann pachelbel, johann sebastian bach,
johann strauss, johann strauss ii, johannes brahms, joseph haydn, jules massenet,
leos janacek, ludwig van beethoven, manuel de falla, maurice ravel, max bruch,
mikhail glinka, modest mussorgsky, niccolo paganini, nikolai rimsky korsakov,
pietro mascagni, pyotr ilyich tchaikovsky, ralph vaughan williams, richard strauss,
richard wagner, robert schumann, ruggero leoncavallo, samuel barber, sergei prokofiev,
sergei rachmaninoff, tomaso albinoni, traditional, various artists, vincenzo bellini,
wolfgang amadeus mozart
""")

#: Writers for films and for the stage, normalised, who are told as artists of what others sing:
#: two songs of theirs under one title, with other singers, may be in two languages.
WRITERS = _names("""
a r rahman, alan menken, alexandre desplat, amit trivedi, andrew lloyd webber,
anirudh ravichander, anu malik, anupam roy, astor piazzolla, d imman, devi sri prasad,
ennio morricone, g v prakash, germaine franco, gibran, gopi sundar, hans zimmer,
harris jayaraj, himesh reshammiya, hiroyuki sawano, ilaiyaraaja, james horner, jatin lalit,
jeet gannguli, john williams, laxmikant pyarelal, lin manuel miranda,
m m keeravani, mithoon, nadeem shravan,
pritam, r d burman, ramin djawadi, rodgers, santhosh narayanan,
shankar ehsaan loy, stephen schwartz, stephen sondheim, thaman s, vidyasagar,
vishal shekhar, yuvan shankar raja
""")

#: Composers of our days, normalised, who play their own works: beside another player they are told
#: for the work, and the other plays it anew.
PLAYED_BY_OTHERS = _names("""
abel korzeniowski, agnes obel, alexis ffrench, brian crain, chad lawson, dario marianelli,
dustin o halloran, erik satie, fabrizio paterlini, gabriel olafs, george winston, hania rani,
hauschka, joe hisaishi, joep beving, johann johannsson, jon hopkins, kevin kern, lambert,
ludovico einaudi, max richter, michael nyman, nils frahm, olafur arnalds, peter sandberg,
philip glass, phil glass, rachel portman, roberto cacciapaglia, roger eno, ryuichi sakamoto,
stephan moccio, steve reich, yann tiersen, yiruma
""")

#: Names that artists gave up, and those that they took, normalised.
RENAMED = {
    "dixie chicks": "chicks",
    "hillsong live": "hillsong worship",
    "jhay cortez": "jhayco",
    "kanye west": "ye",
    "lady antebellum": "lady a",
    "mos def": "yasiin bey",
    "p diddy": "diddy",
    "puff daddy": "diddy",
    "rhythim is rhythim": "derrick may",
    "sky rompiendo": "sky",
    "snoop doggy dogg": "snoop dogg",
    "snoop lion": "snoop dogg",
    "tekashi 6ix9ine": "6ix9ine",
    "tupac": "2pac",
    "tupac shakur": "2pac",
    "yusuf islam": "cat stevens",
}
