"""What the programme says of itself, a row for each topic that the transparency law names.

Facts have their source. All else is marked as a placeholder until the agency confirms it.
"""

from django.db import migrations
from django.utils import timezone

MOU = "https://en.imsilkroad.com/p/60783.html"
PROMISES = "https://www.bakingbusiness.com/articles/32651-alibaba-group-and-mexico-s-ministry-of-economy-sign-pact"
POTENTIAL = "https://www.forbes.com.mx/acuerdo-con-alibaba-beneficiara-a-500000-empresas-mexicanas/"
CRITICS = "https://eluniversal-eluniversal-prod.web.arc-cdn.net/cartera/promexico-desaparece-oficialmente-se"
MISSIONS = "https://www.promexico.gob.mx/en/mx/misiones-estrategicas-comercio-compradores"
NEW_LAW = "https://www.sinembargo.mx/4632444/puntosycomas-la-transparencia-cambia-de-manos-ahora-si-se-acaba-al-instituto/"
REPORTS = "https://ro.scribd.com/document/380968148/4to-Informe-Trimestral-2016"

# topic: (is a placeholder, source, Spanish, English, Chinese)
FACTS = {
    "area": (
        True,
        "",
        "La dependencia que encabeza este portal. Falta que confirme la unidad responsable, su titular y su domicilio.",
        "The agency named at the head of this portal. It has yet to confirm the responsible unit, its head and its office.",
        "由本网站页首所列机构负责。具体负责部门、负责人和办公地址尚待该机构确认。",
    ),
    "validity": (
        False,
        MOU,
        "El programa parte del memorando de entendimiento firmado con Alibaba en Hangzhou el 6 de septiembre de 2017. Cada fondo tiene su primer y su último día, que constan en su informe. No hemos encontrado una fecha publicada en la que termine el programa.",
        "The programme goes back to the memorandum of understanding signed with Alibaba in Hangzhou on 6 September 2017. Each fund has a first and a last day, which its report states. We have found no published day on which the programme ends.",
        "本计划源于2017年9月6日在杭州与阿里巴巴签署的谅解备忘录。每个基金的起止日期载于其报告。我们未找到已公布的计划结束日期。",
    ),
    "design": (
        False,
        PROMISES,
        "Llevar a las pequeñas empresas exportadoras de México a Alibaba.com: un programa especial en la plataforma, conocimientos de logística y de pagos, y capacitación en análisis de datos. El programa paga, mientras alcance el fondo, la parte de la membresía que la promoción de la plataforma no cubre; lo hace después de que la empresa la pagó y lo comprobó.",
        "To bring Mexico's small exporters onto Alibaba.com: a special programme on the platform, know-how of logistics and payments, and training in analytics. While the fund lasts, the programme pays the part of the membership that the platform's promotion does not cover; it does so after the company has paid it and shown that it did.",
        "帮助墨西哥小型出口企业入驻阿里巴巴国际站：平台专项计划、物流与支付知识以及数据分析培训。在基金余额范围内，本计划支付平台优惠未覆盖的会员费部分；企业须先付款并提交凭证，之后由计划支付。",
    ),
    "goals": (
        False,
        "",
        "Cien empresas aprobadas y con membresía pagada, para que se abra el pabellón de México en Alibaba.com. El 24 de agosto de 2018 eran 24 (Reuters, 25 de agosto de 2018). El avance de hoy está en los indicadores.",
        "One hundred approved companies with a paid membership, for the Mexico Pavilion on Alibaba.com to open. On 24 August 2018 there were 24 (Reuters, 25 August 2018). Today's progress is among the indicators.",
        "达到一百家通过审核并已付会员费的企业，以开设阿里巴巴国际站墨西哥馆。截至2018年8月24日为24家（路透社，2018年8月25日）。最新进展见指标部分。",
    ),
    "population": (
        True,
        POTENTIAL,
        "Al firmarse el acuerdo se habló de 500,000 empresas que podrían beneficiarse. No es una estimación oficial de la población objetivo de este programa, que falta por publicar. Empresas registradas, con membresía pagada y aprobadas son cosas distintas.",
        "When the agreement was signed, 500,000 companies were named that might benefit. That is no official estimate of this programme's target population, which has yet to be published. Registered, paying and approved companies are different things.",
        "协议签署时曾提到约50万家企业可能受益。这并非本计划目标群体的官方估计，官方估计尚未公布。已注册、已付会员费与已通过审核的企业是不同的概念。",
    ),
    "requirements": (
        True,
        "",
        "Lo que este portal pide: ser micro, pequeña o mediana empresa; tener RFC; opinión de cumplimiento 32-D positiva; constancia fiscal, acta constitutiva o identificación y comprobante de domicilio; un producto que se pueda exportar.\n\nLos pasos: solicitud, revisión, oferta con el precio fijado, aceptación, pago a la plataforma, solicitud del apoyo con factura y comprobante, verificación, aprobación y pago por tres personas distintas.\n\nFalta confirmar las reglas de operación oficiales.",
        "What this portal asks for: a micro, small or medium-sized company; an RFC; a positive 32-D tax opinion; tax certificate, deed of incorporation or ID, and proof of address; a product that can be exported.\n\nThe steps: application, review, an offer with a fixed price, acceptance, payment to the platform, a claim with invoice and proof, then verification, approval and payment by three different people.\n\nThe official rules of operation have yet to be confirmed.",
        "本网站的要求：微型、小型或中型企业；拥有RFC税号；32-D税务合规意见为正面；税务状况证明、公司章程或身份证件、地址证明；拥有可出口的产品。\n\n流程：申请、审核、价格固定的报价、接受、向平台付款、凭发票和付款凭证申请补贴，再由三名不同人员分别核实、批准和支付。\n\n官方运行规则尚待确认。",
    ),
    "complaints": (
        True,
        NEW_LAW,
        "Falta que la dependencia publique dónde, cómo y en qué plazo se presenta una queja sobre el programa. En materia de transparencia, las funciones del INAI pasaron en marzo de 2025 a la Secretaría Anticorrupción y a «Transparencia para el Pueblo».",
        "The agency has yet to publish where, how and until when to complain about the programme. In matters of transparency, the functions of INAI passed in March 2025 to the anti-corruption ministry and to “Transparencia para el Pueblo”.",
        "该机构尚未公布对本计划提出投诉的地点、方式和期限。在信息公开方面，INAI的职能已于2025年3月移交反腐败部及“Transparencia para el Pueblo”。",
    ),
    "enforceability": (
        True,
        "",
        "Lo que una oferta dice queda fijo: precio, apoyo y plazos. Puede pedir el apoyo toda empresa que cumpla los requisitos mientras el fondo alcance. Todo rechazo lleva su motivo, que la empresa lee en el portal, y puede volver a solicitarlo. Falta confirmar los recursos legales que proceden y las causas oficiales de baja.",
        "What an offer says is fixed: price, support and deadlines. Any company that meets the requirements may ask for the support while the fund lasts. Every refusal has its reason, which the company reads in the portal, and it may apply again. The legal remedies and the official reasons to be dismissed have yet to be confirmed.",
        "报价中的价格、补贴和期限一经确定即不再变更。在基金余额范围内，凡符合要求的企业均可申请补贴。每次拒绝均附理由，企业可在网站查看，并可再次申请。适用的法律救济途径和官方除名事由尚待确认。",
    ),
    "evaluation": (
        True,
        CRITICS,
        "No hemos encontrado una evaluación de este programa. De los apoyos de ProMéxico en general, en 2017 fueron 616 a 595 empresas, por 24.9 millones de pesos; al extinguirse la entidad en 2019 se le criticó que ayudaba a pocas empresas.",
        "We have found no evaluation of this programme. Of ProMéxico's grants as a whole there were 616 to 595 companies in 2017, 24.9 million pesos in all; when the agency was dissolved in 2019, it was criticised for helping few companies.",
        "我们未找到对本计划的评估。就ProMéxico全部补贴而言，2017年共616笔，惠及595家企业，总额2490万比索；该机构2019年撤销时，被批评受益企业过少。",
    ),
    "participation": (
        True,
        "",
        "Falta que la dependencia publique cómo participa la sociedad en el programa. Mientras tanto, este padrón y sus archivos están abiertos para cualquiera.",
        "The agency has yet to publish how society takes part in the programme. Meanwhile this register and its files are open to anyone.",
        "该机构尚未公布社会参与本计划的方式。在此期间，本名册及其数据文件对所有人开放。",
    ),
    "related": (
        False,
        MISSIONS,
        "Los apoyos de ProMéxico para misiones de compradores, con topes de 20, 30, 35 y 50 mil pesos por región. Una membresía que otro programa público ya pagó no recibe este apoyo: la empresa lo declara y se verifica.",
        "ProMéxico's grants for buyer missions, with caps of 20, 30, 35 and 50 thousand pesos by region. A membership that another public programme has already paid for does not get this support: the company declares it, and it is verified.",
        "ProMéxico的采购商访问团补贴，按地区上限分别为2万、3万、3.5万和5万比索。已由其他公共计划支付的会员费不能再获得本补贴：企业须声明，并经核实。",
    ),
    "rules": (
        True,
        "",
        "No hemos encontrado reglas de operación publicadas para este apoyo. Las que el portal aplica son las de cada fondo: porcentaje, tope por empresa, tamaños y estados, plazos y documentos. Están en el informe de cada fondo.",
        "We have found no published rules of operation of this support. Those that the portal applies are the rules of each fund: share, cap per company, sizes and states, deadlines and documents. The report of each fund has them.",
        "我们未找到本补贴已公布的运行规则。本网站执行的是各基金的规则：比例、每家企业上限、规模和州、期限及文件。详见各基金报告。",
    ),
    "reports": (
        False,
        REPORTS,
        "El padrón se publica aquí cada trimestre y ya no cambia. Antes, la Secretaría de Economía anexaba la lista de beneficiarios de ProMéxico a sus informes trimestrales.",
        "The register is published here each quarter and does not change afterwards. Formerly the Ministry of Economy annexed ProMéxico's list of beneficiaries to its quarterly reports.",
        "本名册每季度在此公布，公布后不再更改。此前，经济部将ProMéxico受益者名单附于其季度报告之后。",
    ),
}


def write_facts(apps, schema_editor):
    """A row each, with the first version of its history."""
    model = apps.get_model("memberships", "ProgrammeFact")
    history = apps.get_model("memberships", "HistoricalProgrammeFact")
    for topic, (is_placeholder, source, spanish, english, chinese) in FACTS.items():
        values = {
            "topic": topic,
            "text": spanish,
            "text_es": spanish,
            "text_en": english,
            "text_zh_hans": chinese,
            "source_url": source,
            "is_placeholder": is_placeholder,
        }
        fact, is_new = model.objects.get_or_create(topic=topic, defaults=values)
        if is_new:
            history.objects.create(
                id=fact.pk, **values, history_date=timezone.now(), history_type="+"
            )


class Migration(migrations.Migration):
    dependencies = [("memberships", "0008_funds_first_versions")]
    operations = [migrations.RunPython(write_facts, migrations.RunPython.noop)]
