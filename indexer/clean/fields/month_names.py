"""Names of the months, in full and short, in the languages of the press: a word to 1 to 12.

Each language has twelve entries, January first. Forms of one month are joined by `/`, and `;` ends
a language. If a date uses another case than the name alone (`3 marca`, `3 марта`), both forms are
listed.
"""

from typing import Final

_NAMES: Final = """
    january/jan february/feb march/mar april/apr may june/jun july/jul august/aug
    september/sept/sep october/oct november/nov december/dec ;
    januar/jänner/jaenner/jän februar/feber/febr märz/maerz/mär/mrz april mai juni juli august
    september oktober/okt november dezember/dez ;
    janvier/janv février/fevrier/févr/fév mars avril/avr mai juin juillet/juil août/aout
    septembre octobre novembre décembre/decembre/déc ;
    enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre
    noviembre diciembre/dic ;
    janeiro fevereiro/fev março/marco abril maio/mai junho julho agosto setembro/set outubro/out
    novembro dezembro/dez ;
    gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett
    ottobre/ott novembre dicembre ;
    gener febrer març abril maig juny juliol agost setembre octubre novembre desembre ;
    ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie
    noiembrie/noi decembrie ;
    januari februari maart/mrt april mei juni juli augustus september oktober november december ;
    januari februari mars april maj juni juli augusti september oktober november december ;
    januar februar marts april maj juni juli august september oktober november december ;
    januar februar mars april mai juni juli august september oktober november desember/des ;
    tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu
    toukokuuta/toukokuu kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu
    lokakuuta/lokakuu marraskuuta/marraskuu joulukuuta/joulukuu ;
    jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember ;
    janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember ;
    styczeń/stycznia luty/lutego marzec/marca kwiecień/kwietnia maj/maja czerwiec/czerwca
    lipiec/lipca sierpień/sierpnia wrzesień/września październik/października
    listopad/listopada grudzień/grudnia ;
    leden/ledna únor/února březen/března duben/dubna květen/května červen/června
    červenec/července srpen/srpna září říjen/října listopad/listopadu prosinec/prosince ;
    január/januára február/februára marec/marca apríl/apríla máj/mája jún/júna júl/júla
    august/augusta september/septembra október/októbra november/novembra december/decembra ;
    januar/januarja februar/februarja marec/marca april/aprila maj/maja junij/junija julij/julija
    avgust/avgusta september/septembra oktober/oktobra november/novembra december/decembra ;
    siječanj/siječnja veljača/veljače ožujak/ožujka travanj/travnja svibanj/svibnja lipanj/lipnja
    srpanj/srpnja kolovoz/kolovoza rujan/rujna listopad/listopada studeni/studenog/studenoga
    prosinac/prosinca ;
    јануар/јануара фебруар/фебруара март/марта април/априла мај/маја јун/јуна јул/јула
    август/августа септембар/септембра октобар/октобра новембар/новембра децембар/децембра ;
    январь/января/янв февраль/февраля/фев март/марта/мар апрель/апреля/апр май/мая июнь/июня
    июль/июля август/августа/авг сентябрь/сентября/сен октябрь/октября/окт ноябрь/ноября/ноя
    декабрь/декабря/дек ;
    січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/квіт травень/травня/трав
    червень/червня/черв липень/липня/лип серпень/серпня/серп вересень/вересня/вер
    жовтень/жовтня/жовт листопад/листопада грудень/грудня/груд ;
    студзень/студзеня люты/лютага сакавік/сакавіка красавік/красавіка май/мая чэрвень/чэрвеня
    ліпень/ліпеня жнівень/жніўня верасень/верасня кастрычнік/кастрычніка лістапад/лістапада
    снежань/снежня ;
    януари февруари март април май юни юли август септември октомври ноември декември ;
    január február március/márc április/ápr május június július augusztus szeptember/szept október
    november december ;
    ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μαρ
    απρίλιος/απριλίου/απρ μάιος/μαΐου/μαϊ ιούνιος/ιουνίου/ιουν ιούλιος/ιουλίου/ιουλ
    αύγουστος/αυγούστου/αυγ σεπτέμβριος/σεπτεμβρίου/σεπ οκτώβριος/οκτωβρίου/οκτ
    νοέμβριος/νοεμβρίου/νοε δεκέμβριος/δεκεμβρίου/δεκ ;
    ocak/oca şubat mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki
    kasım/kas aralık/ara ;
    sausis/sausio vasaris/vasario kovas/kovo balandis/balandžio gegužė/gegužės birželis/birželio
    liepa/liepos rugpjūtis/rugpjūčio rugsėjis/rugsėjo spalis/spalio lapkritis/lapkričio
    gruodis/gruodžio ;
    janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā
    jūlijs/jūlijā augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī
    decembris/decembrī ;
    januari februari maret april mei juni juli agustus september oktober november desember ;
    januari februari mac april mei jun julai ogos september oktober november disember ;
    januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba ;
    يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر ;
    ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر ;
    ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי
    אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר ;
"""
"""English, German; French, Spanish, Portuguese, Italian, Catalan, Romanian; Dutch, Swedish, Danish,
Norwegian, Finnish, Estonian, Icelandic; Polish, Czech, Slovak, Slovene, Croatian, Serbian; Russian,
Ukrainian, Belarusian, Bulgarian; Hungarian, Greek, Turkish, Lithuanian, Latvian; Indonesian, Malay,
Swahili, Arabic, Persian, Hebrew."""


def _read_table() -> dict[str, int]:
    """Return every form with its month; if two languages differ, the one listed first decides.

    `listopad` is November in Polish and Czech, October in Croatian.
    """
    months: dict[str, int] = {}
    for language in _NAMES.split(";"):
        for number, forms in enumerate(language.split(), 1):
            for form in forms.split("/"):
                months.setdefault(form, number)
    return months


MONTHS: Final = _read_table()
