import type { TestProblem } from "../test-problem.ts";
import {
  bard,
  boxThreeDimensional,
  gaussian,
  gulfResearchAndDevelopment,
  helicalValley,
  meyer,
} from "./three-parameters.ts";
import {
  brownDennis,
  extendedPowellSingular,
  kowalikOsborne,
  powellSingular,
  wood,
} from "./four-parameters.ts";
import { linearFullRank, linearRank1, linearRank1WithZeros } from "./linear.ts";
import { biggsExp6, osborne1, osborne2 } from "./sums-of-exponentials.ts";
import {
  broydenBanded,
  broydenTridiagonal,
  chebyquad,
  discreteBoundaryValue,
  discreteIntegralEquation,
} from "./systems-of-equations.ts";
import {
  beale,
  brownBadlyScaled,
  freudensteinRoth,
  jennrichSampson,
  powellBadlyScaled,
  rosenbrock,
} from "./two-parameters.ts";
import {
  brownAlmostLinear,
  extendedRosenbrock,
  penalty1,
  penalty2,
  trigonometric,
  variablyDimensioned,
  watson,
} from "./variable-dimension.ts";
import { repeated } from "./writing.ts";

/** The root of (28) and of (29), which discretise the same equation, to the same numbers. */
const bentBeam = [
  -0.043164982518764871, -0.081577156535386882, -0.11448571438052929, -0.14097357686259668,
  -0.15990869618198312, -0.16987720231277492, -0.16908998378120835, -0.15524953522183182,
  -0.12535589167893499, -0.075416533685892084,
];

/**
 * The 35 problems of J. J. Moré, B. S. Garbow & K. E. Hillstrom, Testing Unconstrained Optimization Software, ACM TOMS 7
 * (1981), 17–41 (Algorithm 566), in their order, those of variable dimension at the usual dimensions: 41 in all.
 *
 * Minima agree with the digits that are published and are given to those that doubles have (computed in 90 digits).
 */
export const moreGarbowHillstrom: readonly TestProblem[] = [
  rosenbrock,
  freudensteinRoth,
  powellBadlyScaled,
  brownBadlyScaled,
  beale,
  jennrichSampson,
  helicalValley,
  bard,
  gaussian,
  meyer,
  gulfResearchAndDevelopment,
  boxThreeDimensional,
  powellSingular,
  wood,
  kowalikOsborne,
  brownDennis,
  osborne1,
  biggsExp6,
  osborne2,
  watson(6, {
    sumOfSquares: 2.2876700535524362e-3,
    x: [
      -0.015725086401458457, 1.0124348693691099, -0.23299162595673768, 1.2604300877996083,
      -1.5137289227222797, 0.99299643243113452,
    ],
  }),
  watson(9, {
    sumOfSquares: 1.3997601380990199e-6,
    x: [
      -1.5307036521394342e-5, 0.99978970393194838, 0.014763963693556959, 0.14634232829936223,
      1.0008211030047092, -2.6177311405190151, 4.1044031644788564, -3.1436122785564422, 1.0526264080101669,
    ],
  }),
  watson(12, {
    sumOfSquares: 4.7223811058917574e-10,
    x: [
      -6.638060464520687e-9, 1.000001644117862, -5.6393221034230585e-4, 0.34782054050404241,
      -0.15673150409616512, 1.0528151772071778, -3.2472711534596677, 7.288434897938061, -10.271848241321724,
      9.0741136470753157, -4.541375466692512, 1.0120118885528104,
    ],
  }),
  extendedRosenbrock(5),
  extendedPowellSingular(3),
  penalty1(4, { sumOfSquares: 2.249977500899937e-5, x: repeated(4, 0.25000749958753787) }),
  penalty1(10, { sumOfSquares: 7.0876514670903694e-5, x: repeated(10, 0.15812230111311636) }),
  penalty2(4, {
    sumOfSquares: 9.3762930073554415e-6,
    x: [0.19999933335038038, 0.19131670099277245, 0.48010148533262317, 0.5188454043902006],
  }),
  penalty2(10, {
    sumOfSquares: 2.9366053745674594e-4,
    x: [
      0.19998360519782361, 0.010350648471292298, 0.0196049344804384, 0.03208906722068565,
      0.049932677399641297, 0.076513995153993608, 0.11862407286950418, 0.19214487233557668,
      0.34732058694184363, 0.36916437415935083,
    ],
  }),
  variablyDimensioned(10),
  trigonometric(
    10,
    {
      sumOfSquares: 2.7950561218794563e-5,
      x: [
        0.055150903980691293, 0.056840616794738563, 0.058764001762695084, 0.060990608656760805,
        0.06362621369585451, 0.066843179452758789, 0.20816151856988116, 0.16436309588564774,
        0.085006895688507445, 0.091431450714707944,
      ],
    },
    {
      sumOfSquares: 4.2186338879237258e-5,
      x: [
        0.053912925374252854, 0.055496591379669535, 0.057285880932085435, 0.059336645443647436,
        0.061730127154342665, 0.25788600359635963, 0.068114182119554359, 0.072622931094130321,
        0.078461599252090594, 0.083753864086696013,
      ],
      note: "not in the paper",
    },
  ),
  brownAlmostLinear(
    10,
    {
      sumOfSquares: 0,
      x: [...repeated(9, 0.97943030334986245), 1.2056969665013755],
      note: "α, …, α, α⁻⁹ with 10α¹⁰ − 11α⁹ + 1 = 0",
    },
    {
      sumOfSquares: 1,
      x: [...repeated(9, 0), 11],
      note:
        "listed as a minimum in the paper; along (t, …, t, 11 − 10t) the value falls as 1 − 22t⁹, so slowly that it looks " +
        "like one",
    },
  ),
  discreteBoundaryValue(10, bentBeam),
  discreteIntegralEquation(10, bentBeam),
  broydenTridiagonal(
    10,
    [
      -0.57072213201122479, -0.68180694998427509, -0.70221007601766003, -0.70551062989508039,
      -0.70490615572874367, -0.70149660702985113, -0.69188932235479825, -0.66579651440585375,
      -0.59603510902636571, -0.41641225752869335,
    ],
  ),
  broydenBanded(
    10,
    [
      -0.42830286358725027, -0.47659642435629024, -0.51965246364686173, -0.5580993248321809,
      -0.59250615682945735, -0.62450368219946792, -0.62323947144059109, -0.6213938417965735,
      -0.62045359665908736, -0.58646927072043507,
    ],
  ),
  linearFullRank(5, 10),
  linearRank1(5, 10),
  linearRank1WithZeros(5, 10),
  chebyquad(8, {
    sumOfSquares: 3.5168737256779317e-3,
    x: [
      0.043152760151016631, 0.19309084038418612, 0.26632870689027293, 0.5, 0.5, 0.73367129310972707,
      0.80690915961581388, 0.95684723984898337,
    ],
  }),
  chebyquad(9, {
    sumOfSquares: 0,
    x: [
      0.044205346135782763, 0.19949067230988096, 0.23561910847106, 0.41604690789259803, 0.5,
      0.58395309210740197, 0.76438089152894, 0.80050932769011904, 0.95579465386421724,
    ],
  }),
  chebyquad(
    10,
    {
      sumOfSquares: 4.772713696375349e-3,
      x: [
        0.074748166214602479, 0.17151817694809267, 0.28643415258400003, 0.3596464506289341,
        0.47075052286659346, 0.61673833503874502, 0.61673833503874502, 0.79981080153861378,
        0.84485464224092664, 0.96700662698192554,
      ],
      note: "not in the paper; and its mirror image 1 − x",
    },
    {
      sumOfSquares: 6.5039548008823061e-3,
      x: [
        0.059619900535812704, 0.16670828183586141, 0.23917065894260849, 0.39888429230604449,
        0.39888429230604449, 0.60111570769395551, 0.60111570769395551, 0.76082934105739151,
        0.83329171816413859, 0.9403800994641873,
      ],
    },
    {
      sumOfSquares: 9.5006288502216725e-3,
      x: [
        0.027114937835897843, 0.1317982884599488, 0.20768401404493092, 0.38511560741026853,
        0.38511560741026853, 0.61488439258973147, 0.61488439258973147, 0.79231598595506908,
        0.8682017115400512, 0.97288506216410216,
      ],
      note: "not in the paper",
    },
  ),
];
