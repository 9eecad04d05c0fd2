"""SSML 1.1 documents with every construct that the recommendation shows, in our own words: name → (document, what is said).

One for each section of W3C's recommendation of 2010-09-07 that has an example, and for the forms of XML that it may come in.
"""

from collections.abc import Mapping

_NAMES = 'version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US"'

CONSTRUCTS: Mapping[str, tuple[str, str]] = {
    "the header of a document": (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<speak {_NAMES} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       xsi:schemaLocation="http://www.w3.org/2001/10/synthesis http://www.w3.org/TR/speech-synthesis11/synthesis.xsd">
  The clinic is closed.
</speak>""",
        "The clinic is closed.",
    ),
    "a base, marks to begin and to end at, a language that may fail": (
        (
            f'<speak {_NAMES} xml:base="https://sounds.example/" startmark="a" endmark="b" onlangfailure="ignorelang">'
            'Not heard. <mark name="a"/>Heard.<mark name="b"/></speak>'
        ),
        "Not heard. Heard.",
    ),
    "a fragment": ("Dial <emphasis>nine</emphasis> first.", "Dial nine first."),
    "lexicons and who looks things up in them": (
        f"""<speak {_NAMES}>
  <lexicon xml:id="names" uri="https://words.example/names.pls" type="application/pls+xml" fetchtimeout="2s"/>
  <lexicon xml:id="places" uri="https://words.example/places.pls" maxage="60" maxstale="0"/>
  <lookup ref="places">Worcester <lookup ref="names">and Siobhan</lookup></lookup>
</speak>""",
        "Worcester and Siobhan",
    ),
    "who wrote it": (
        f"""<speak {_NAMES}>
  <meta name="seeAlso" content="https://ivr.example/about.xml"/>
  <meta http-equiv="Cache-Control" content="no-cache"/>
  <metadata>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <rdf:Description rdf:about="https://ivr.example/greeting.ssml">
        <dc:creator><rdf:Seq xml:id="authors"><rdf:li>Prompt desk</rdf:li></rdf:Seq></dc:creator>
      </rdf:Description>
    </rdf:RDF>
  </metadata>
  Welcome back.
</speak>""",
        "Welcome back.",
    ),
    "paragraphs and sentences": (
        '<p><s>Your order has shipped.</s><s>It arrives on Friday.</s></p><p xml:lang="es-US">Gracias.</p>',
        "Your order has shipped. It arrives on Friday. Gracias.",
    ),
    "words": (
        (
            '<speak xmlns:pos="https://words.example/pos">They <w role="pos:past">read</w> 图书馆<token xml:lang="cmn-CN">长</token>'
            '<token role="pos:place">长春</token></speak>'
        ),
        "They read 图书馆长长春",
    ),
    "what a text is": (
        (
            '<say-as interpret-as="date" format="mdy" detail="1">5/4/2026</say-as> at <say-as interpret-as="time" '
            'format="hms12">2:30pm</say-as>, order <say-as interpret-as="characters">A7</say-as>, '
            '<say-as interpret-as="telephone" format="1">555 0100</say-as>, <say-as interpret-as="ordinal">3</say-as>'
        ),
        "5/4/2026 at 2:30pm, order A7, 555 0100, 3",
    ),
    "sounds, with characters by their numbers": (
        (
            '<phoneme alphabet="ipa" ph="&#x2C8;li&#x2D0;dz" type="default">Leeds</phoneme> and '
            '<phoneme alphabet="x-sampa" ph="jO:k">York</phoneme>'
        ),
        "Leeds and York",
    ),
    "other words": (
        '<sub alias="Automated Teller Machine">ATM</sub> fees',
        "Automated Teller Machine fees",
    ),
    "another language, and what to do where it fails": (
        'Say <lang xml:lang="fr-FR" onlangfailure="changevoice">bonjour</lang>.',
        "Say bonjour.",
    ),
    "a voice by all that may be asked of it": (
        (
            '<voice gender="female" age="40" variant="2" name="Maya Noor" languages="en:en-GB es" required="languages gender" '
            'ordering="gender languages" onvoicefailure="priorityselect">One <voice gender="">two</voice></voice> three'
        ),
        "One two three",
    ),
    "weight": (
        'A <emphasis level="strong">final</emphasis> notice, <emphasis level="reduced">sent today</emphasis>.',
        "A final notice, sent today.",
    ),
    "pauses": (
        'One<break/> two<break strength="none"/> three<break time="3s" strength="x-strong"/> four<break time="+0.5s"/> five',
        "One two three four five",
    ),
    "melody, pace and volume": (
        (
            '<prosody contour="(0%,+20Hz) (10%,+30%) (40%,-2st)" pitch="+1.5st" range="x-low">Is that right?</prosody> '
            '<prosody rate="90%" volume="-6dB">Softly</prosody> <prosody duration="2s" volume="+.5dB">slowly</prosody>'
        ),
        "Is that right? Softly slowly",
    ),
    "a recording, what it is, and what is said without it": (
        (
            '<audio src="bell.wav" fetchtimeout="1s" fetchhint="prefetch" maxage="30" maxstale="9" clipBegin="0.5s" clipEnd="2s" '
            'repeatCount="2.5" repeatDur="4s" soundLevel="+2.5dB" speed="150%"><desc xml:lang="en">a bell</desc>Ding.</audio>'
            '<audio src="https://sounds.example/hold.wav"/>'
        ),
        "Ding.",
    ),
    "places to be told of": (
        'Go <mark name="here"/>left, then <mark name="there"/>right.',
        "Go left, then right.",
    ),
    "elements and attributes of others": (
        (
            '<speak xmlns:menu="https://ivr.example/menu"><menu:choice menu:key="1">For sales, <menu:say>press 1</menu:say>.'
            '</menu:choice><s menu:id="x">Bye.</s></speak>'
        ),
        "For sales, press 1. Bye.",
    ),
    "comments, instructions and unread text": (
        (
            "<?xml version='1.0'?><?render fast?><!-- for <speak> --><speak>Ham <![CDATA[& <eggs>]]><!-- no -->, "
            "<?pause 1?>please.<![CDATA[]]></speak><!-- end -->"
        ),
        "Ham & <eggs>, please.",
    ),
    "a vendor's own": (
        (
            '<mstts:express-as style="calm">Please</mstts:express-as> <amazon:effect name="drc">hold</amazon:effect> '
            '<google:style name="calm">the line.</google:style>'
        ),
        "Please hold the line.",
    ),
}
