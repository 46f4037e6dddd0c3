import type { Random } from './random.ts';

/** How an issuer styles itself: a listed company, a foreign one whose shares trade over the counter, or a fund. */
export type IssuerStyle = 'company' | 'foreign' | 'fund';

const FIRST =
  'Alder,Amber,Anchor,Apex,Arbor,Argent,Ashford,Aspen,Atlas,Aurora,Barrow,Basalt,Beacon,Birch,Blue Heron,Bramble,Bright,Cairn,Calder,Canyon,Carmine,Cascade,Cedar,Cinder,Clear,Cobalt,Copper,Coral,Crest,Crown,Dahlia,Dakota,Delta,Drake,Dune,Eagle,Eastern,Elm,Ember,Evergreen,Fairmont,Falcon,Fathom,Fern,Flint,Fox,Garnet,Glacier,Granite,Great Plains,Grove,Halcyon,Harbor,Haven,Hawthorn,Hazel,Heron,High,Hollow,Indigo,Iron,Ivory,Jade,Juniper,Keystone,Kestrel,Lakeland,Lantern,Larch,Laurel,Linden,Lodestar,Lunar,Magnolia,Maple,Marlin,Meridian,Mesa,Mill,Monarch,Moss,North,Oak,Obsidian,Onyx,Opal,Osprey,Pacific,Palisade,Pearl,Pebble,Pine,Pioneer,Prairie,Quarry,Quartz,Raven,Red,Ridge,River,Rowan,Sable,Saffron,Sage,Sequoia,Silver,Slate,Solar,Spruce,Sterling,Stone,Summit,Sycamore,Tamarack,Teal,Thistle,Tidal,Timber,Topaz,Umber,Union,Valley,Verdant,Vesper,Walnut,West,Willow,Winter,Wren,Yarrow,Zenith'.split(
    ',',
  );
const SECOND =
  'bank,bay,bridge,brook,cliff,crest,dale,field,ford,forge,gate,glen,grove,haven,hill,lake,land,light,line,mark,mere,mill,mont,mount,peak,point,port,ridge,rock,shore,side,spring,star,stead,stone,stream,vale,view,water,way,well,wick,wind,wood,worth,yard'.split(
    ',',
  );
const TRADE =
  'Analytics,Aerospace,Bancorp,Bancshares,Biosciences,Biotherapeutics,Brands,Capital,Chemicals,Communications,Dynamics,Energy,Entertainment,Financial,Foods,Genomics,Gold,Health,Homes,Hospitality,Industries,Instruments,Insurance,Lithium,Logistics,Materials,Media,Medical,Midstream,Mining,Motors,Networks,Oncology,Packaging,Petroleum,Pharmaceuticals,Properties,Realty Trust,Resources,Robotics,Semiconductor,Software,Steel,Systems,Technologies,Therapeutics,Uranium,Utilities,Wireless'.split(
    ',',
  );
const COMPANY_FORM = ['Inc.', ', Inc.', 'Corp.', 'Corporation', 'Holdings, Inc.', 'Co.', 'Group, Inc.', 'Ltd.'];
const FOREIGN_FORM = ['AG', 'SA', 'PLC', 'ASA', 'NV', 'SpA', 'Oyj', 'Co Ltd', 'Holdings Ltd', 'SE', 'Corp', 'AB'];
const FUND_THEME =
  '1-3 Year Treasury,500 Equal Weight,Aggregate Bond,AI & Robotics,Buffered Outcome March,Clean Energy,Covered Call Income,Cybersecurity,Dividend Growth,Emerging Markets,Enhanced Short Duration,Floating Rate,Global Infrastructure,Gold Miners,High Yield,International Quality,Large Cap Growth,Low Volatility,Mid Cap Value,Momentum Factor,Municipal Income,Real Estate,Small Cap Blend,Semiconductor 2X Bull,Short Energy,Total Market,Ultra Short Income'.split(
    ',',
  );

/** An issuer's name drawn from `random`; about half a million different ones, all invented. */
export function issuerName(random: Random, style: IssuerStyle): string {
  const house = houseName(random);
  if (style === 'fund') return `${house} ${random.pick(FUND_THEME)}`;
  const name = random.chance(0.85) ? `${house} ${random.pick(TRADE)}` : house;
  const form = random.pick(style === 'foreign' ? FOREIGN_FORM : COMPANY_FORM);
  return form.startsWith(',') ? `${name}${form}` : `${name} ${form}`;
}

function houseName(random: Random): string {
  const first = random.pick(FIRST);
  if (random.chance(0.25)) return first;
  return random.chance(0.75) ? `${first}${random.pick(SECOND)}` : `${first} ${capitalised(random.pick(SECOND))}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
